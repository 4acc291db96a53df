package dev.lodge.vmm.boot;

import static dev.lodge.vmm.abi.ElfNotes.LINUX_ELFNOTE_BUILD_SALT;
import static dev.lodge.vmm.abi.ElfNotes.XEN_ELFNOTE_GUEST_OS;
import static dev.lodge.vmm.abi.ElfNotes.XEN_ELFNOTE_PHYS32_ENTRY;

import dev.lodge.vmm.BootException;
import dev.lodge.vmm.boot.ElfHeaders.ProgramHeader;
import dev.lodge.vmm.boot.KernelDescription.Extent;
import dev.lodge.vmm.boot.KernelDescription.Segment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Makes a {@link KernelDescription} of an ELF file with a PVH entry point, checking all that the file says. */
final class ElfKernel {

    /** A kernel has five at most. */
    private static final int SEGMENT_LIMIT = 64;

    private static final long FOUR_GIB = 1L << 32;

    private final ByteBuffer elf;
    private final String name;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Extent> extents = new ArrayList<>();
    private final HypercallScanner scanner = new HypercallScanner();
    private long entry = -1;
    private String release = "";
    private boolean linux;

    private ElfKernel(ByteBuffer elf, String name) {
        this.elf = elf;
        this.name = name;
    }

    /**
     * Describes {@code elf}.
     *
     * @param elf the whole file, little-endian
     * @param name the file's name, for messages
     * @throws BootException if it is no PVH kernel for x86, or its headers contradict each other
     */
    static KernelDescription describe(ByteBuffer elf, String name) {
        return new ElfKernel(elf, name).describe();
    }

    private KernelDescription describe() {
        List<ProgramHeader> headers = ElfHeaders.parse(elf, name);
        List<ProgramHeader> loads = new ArrayList<>();
        for (ProgramHeader header : headers) {
            if (header.type() == ElfHeaders.PT_NOTE) {
                readNotes(header);
            } else if (header.type() == ElfHeaders.PT_LOAD && header.memorySize() != 0) {
                loads.add(header);
            }
        }
        if (entry < 0) {
            ElfHeaders.noteSections(elf, name).forEach(this::readNotes); // as Xen's tools do where no segment tells
        }
        if (entry < 0) {
            throw new BootException("cannot boot " + name
                    + ": it is an ELF file without Xen's PVH note (XEN_ELFNOTE_PHYS32_ENTRY);"
                    + " use a Linux with CONFIG_PVH=y, as Debian's are");
        }
        addSegments(loads);
        int limit = linux ? BootLayout.LINUX_COMMAND_LINE_LIMIT : BootLayout.COMMAND_LINE_LIMIT;
        return new KernelDescription(
                entry,
                release,
                ElfHeaders.width(elf),
                linux,
                limit,
                List.copyOf(segments),
                List.copyOf(extents),
                scanner.result());
    }

    private void addSegments(List<ProgramHeader> loads) {
        if (loads.isEmpty() || loads.size() > SEGMENT_LIMIT) {
            throw refuse("it has " + loads.size() + " segments to load");
        }
        loads.sort(Comparator.comparingLong(ProgramHeader::physicalAddress));
        boolean entryIsThere = false;
        long lastEnd = 0;
        for (ProgramHeader load : loads) {
            Segment segment = segment(load);
            if (segment.address() < lastEnd) {
                throw refuse("its segments overlap at 0x" + Long.toHexString(segment.address()));
            }
            lastEnd = segment.end();
            entryIsThere |= entry >= segment.address() && entry < segment.end();
            segments.add(segment);
            ByteBuffer content = elf.slice((int) load.offset(), (int) load.fileSize());
            new ExtentFinder(extents).add(content, load.offset(), segment.address());
            if ((load.flags() & KernelDescription.EXECUTABLE) != 0) {
                scanner.scan(content, segment.address());
            }
        }
        if (!entryIsThere) {
            throw refuse("its entry point 0x" + Long.toHexString(entry) + " lies in none of its segments");
        }
    }

    private Segment segment(ProgramHeader load) {
        long address = load.physicalAddress();
        long size = load.memorySize();
        if (load.fileSize() > size) {
            throw refuse("a segment has more bytes in the file than in memory");
        }
        if (address < 0 || size < 0 || address > FOUR_GIB || size > FOUR_GIB - address) {
            throw refuse("a segment at 0x" + Long.toHexString(address) + " does not end below 4 GiB");
        }
        if (address < BootLayout.ISA_HOLE_END && address + size > BootLayout.ISA_HOLE_START) {
            throw refuse("a segment at 0x" + Long.toHexString(address)
                    + " lies where a guest has no free memory; link it to 1 MiB or above");
        }
        return new Segment(address, size, load.flags());
    }

    private void readNotes(ProgramHeader header) {
        var notes = new ElfNoteReader(elf, header, name);
        while (notes.next()) {
            if (notes.is("Xen", XEN_ELFNOTE_PHYS32_ENTRY)) {
                entry = notes.number();
            } else if (notes.is("Xen", XEN_ELFNOTE_GUEST_OS)) {
                linux = notes.text().equals("linux");
            } else if (notes.is("Linux", LINUX_ELFNOTE_BUILD_SALT)) {
                release = notes.text();
            }
        }
    }

    private BootException refuse(String why) {
        return ElfHeaders.malformed(name, why);
    }
}

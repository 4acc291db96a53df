package dev.lodge.vmm.boot;

import dev.lodge.rings.GuestAddress;
import dev.lodge.rings.GuestMemory;
import dev.lodge.vmm.BootException;
import dev.lodge.vmm.abi.GuestWidth;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Fills a new domain's memory with all that it boots from. */
public final class GuestImage {

    private static final long MIB = 1 << 20;

    /** What a Linux needs besides its image and its initramfs, packed and unpacked, to come up: seen with Debian's 6.1. */
    private static final long LINUX_ROOM = 32 * MIB;

    private GuestImage() {}

    /**
     * Writes kernel, initramfs, command line, start information and ACPI tables. Nothing is written if any of it will
     * not do, unless a file changes or fails while it is read.
     *
     * @param memory fresh: zeros. It must have RAM where {@code request.map()} says so, and memory at
     *     {@link BootLayout#ACPI}
     * @throws BootException if the domain cannot be booted like that
     */
    public static BootPlan prepare(GuestMemory memory, BootRequest request) {
        LoadableKernel kernel = request.kernel();
        MemoryMap map = request.map();
        byte[] commandLine =
                commandLine(request.commandLine(), kernel.description().commandLineLimit());
        checkAgent(kernel, request.initrd());
        try (Initrd initrd = Initrd.open(request.initrd())) {
            checkRoom(kernel, initrd.size(), map);
            long initrdAddress = placeInitrd(kernel, initrd.size(), map);
            AcpiTables.write(memory, request.apicIds());
            kernel.loadInto(memory);
            if (initrd.size() > 0) {
                initrd.copyTo(memory.slice(new GuestAddress(initrdAddress), initrd.size()));
            }
            long bootArea = placeBootArea(kernel, initrdAddress);
            StartInfoWriter.write(memory, bootArea, map, commandLine, initrdAddress, initrd.size());
            return new BootPlan(
                    new GuestAddress(kernel.description().entry()),
                    new GuestAddress(bootArea),
                    kernel.hypercallSites(),
                    new GuestAddress(initrdAddress),
                    initrd.size());
        }
    }

    private static void checkAgent(LoadableKernel kernel, List<InitrdPart> initrd) {
        if (kernel.description().width() == GuestWidth.BITS_64) {
            return;
        }
        for (int i = 0; i < initrd.size(); i++) {
            if (initrd.get(i) instanceof InitrdPart.OfFile file && file.holdsAgent()) {
                throw new BootException(
                        "cannot run a command on " + kernel.name() + ": it is a 32-bit kernel, and Lodge's"
                                + " agent and busybox are 64-bit programs; use a kernel for amd64, or boot it with an --initrd"
                                + " of its own and no command");
            }
        }
    }

    private static byte[] commandLine(String text, int limit) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > limit) {
            throw new BootException("the kernel's command line has " + bytes.length + " bytes, but this kernel takes "
                    + limit + "; shorten it");
        }
        if (text.indexOf('\0') >= 0) {
            throw new BootException("the kernel's command line holds a NUL, where it would end; remove it");
        }
        return bytes;
    }

    private static void checkRoom(LoadableKernel kernel, long initrdSize, MemoryMap map) {
        KernelDescription description = kernel.description();
        long needed = description.end() + pages(initrdSize);
        if (description.linux()) {
            needed += initrdSize + LINUX_ROOM;
        }
        if (map.bytes() < needed) {
            throw new BootException(kernel.name() + (initrdSize > 0 ? " and its initramfs need" : " needs")
                    + " at least " + (needed + MIB - 1) / MIB + " MiB of memory, but the guest has " + map.bytes() / MIB
                    + "; give it more");
        }
        List<KernelDescription.Segment> segments = description.segments();
        for (int i = 0; i < segments.size(); i++) {
            KernelDescription.Segment segment = segments.get(i);
            if (!map.isLowRam(segment.address(), segment.size())) {
                throw new BootException("cannot boot " + kernel.name() + ": its segment at 0x"
                        + Long.toHexString(segment.address()) + " lies outside the guest's memory; link it lower");
            }
        }
    }

    /** As high as the kernel can reach it, so that it is in nothing's way. */
    private static long placeInitrd(LoadableKernel kernel, long size, MemoryMap map) {
        long top = Math.min(map.lowEnd(), BootLayout.INITRD_LIMIT);
        long end = kernel.description().end() + (isInBootArea(kernel) ? BootLayout.BOOT_AREA_SIZE : 0);
        long address = (top - size) & -BootLayout.PAGE_SIZE;
        if (address < Math.max(end, BootLayout.ISA_HOLE_END)) {
            throw new BootException("the initramfs of " + size / MIB + " MiB does not fit between " + kernel.name()
                    + " and " + top / MIB + " MiB, where an initramfs must end; make it smaller");
        }
        return address;
    }

    /** Below the initramfs, where the kernel lies in the usual place. */
    private static long placeBootArea(LoadableKernel kernel, long initrdAddress) {
        return isInBootArea(kernel) ? initrdAddress - BootLayout.BOOT_AREA_SIZE : BootLayout.BOOT_AREA;
    }

    private static boolean isInBootArea(LoadableKernel kernel) {
        KernelDescription.Segment lowest = kernel.description().segments().getFirst();
        return lowest.address() < BootLayout.BOOT_AREA + BootLayout.BOOT_AREA_SIZE;
    }

    private static long pages(long bytes) {
        return (bytes + BootLayout.PAGE_SIZE - 1) & -BootLayout.PAGE_SIZE;
    }
}

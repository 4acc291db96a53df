package dev.lodge.vmm.domain;

import dev.lodge.kvm.KvmException;
import dev.lodge.kvm.KvmVm;
import dev.lodge.linux.LinuxException;
import dev.lodge.linux.MemoryMapping;
import dev.lodge.linux.Mman;
import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.boot.BootLayout;
import dev.lodge.vmm.boot.MemoryMap;
import dev.lodge.vmm.memory.GuestRam;
import dev.lodge.vmm.memory.Reservation;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/** The host memory of a domain, and its slots in KVM. Closed when no vCPU can run any more. */
final class MachineMemory implements AutoCloseable {

    /** Frames that a guest may have appear where it has no RAM: its grant table's, shared_info, and some to spare. */
    private static final int MAX_ADDED_FRAMES = 128;

    /** No guest-physical address that a CPU of today could have lies beyond. */
    private static final long ADDRESS_LIMIT = 1L << 46;

    private static final long LOCAL_APICS_END = BootLayout.LOCAL_APIC + 0x10_0000;

    /** Where KVM has an I/O APIC, and, on Intel's CPUs, pages of its own: Xen's guests see nothing there. */
    private static final long KVM_FIRST = 0xfec0_0000L;

    private static final long KVM_LAST_PAGES = Hardware.TSS_ADDRESS;
    private static final long KVM_LAST_PAGES_END = KVM_LAST_PAGES + 3L * FrameNumber.FRAME_SIZE;

    private final KvmVm vm;
    private final MemoryMapping main;
    private final MemoryMapping fixed;
    private final MemoryMapping added;
    private final GuestRam ram;
    private final Reservation reservation;
    private int slots;
    private int addedFrames;

    private MachineMemory(
            KvmVm vm,
            MemoryMapping main,
            MemoryMapping fixed,
            MemoryMapping added,
            GuestRam ram,
            Reservation reservation,
            int slots) {
        this.vm = vm;
        this.main = main;
        this.fixed = fixed;
        this.added = added;
        this.ram = ram;
        this.reservation = reservation;
        this.slots = slots;
    }

    /** Memory that is taken from the host when touched: RAM as the map has it, ACPI's tables and the special pages. */
    static MachineMemory create(KvmVm vm, MemoryMap map) {
        MemoryMapping main = MemoryMapping.anonymousAligned(map.bytes(), Mman.HUGE_PAGE_SIZE);
        askForHugePages(main);
        MemoryMapping fixed = MemoryMapping.anonymous(BootLayout.ACPI_SIZE + BootLayout.SPECIAL_PAGES_SIZE);
        MemorySegment low = main.segment().asSlice(0, map.lowEnd());
        List<GuestRam.Region> regions = new ArrayList<>(4);
        regions.add(new GuestRam.Region(0, low));
        regions.add(new GuestRam.Region(BootLayout.ACPI, fixed.segment().asSlice(0, BootLayout.ACPI_SIZE)));
        regions.add(new GuestRam.Region(
                BootLayout.SPECIAL_PAGES,
                fixed.segment().asSlice(BootLayout.ACPI_SIZE, BootLayout.SPECIAL_PAGES_SIZE)));
        if (map.highBytes() > 0) {
            regions.add(new GuestRam.Region(BootLayout.HIGH_RAM, main.segment().asSlice(map.lowEnd())));
        }
        for (int slot = 0; slot < regions.size(); slot++) {
            vm.setUserMemoryRegion(
                    slot, 0, regions.get(slot).base(), regions.get(slot).host());
        }
        MemoryMapping added = MemoryMapping.anonymous((long) MAX_ADDED_FRAMES * FrameNumber.FRAME_SIZE);
        return new MachineMemory(vm, main, fixed, added, new GuestRam(regions), reservation(map, main), regions.size());
    }

    /** Of 2 MiB, where the host has them: a guest's start takes 1.4% fewer instructions with them, and 12 MiB more. */
    private static void askForHugePages(MemoryMapping main) {
        try {
            main.advise(0, main.size(), Mman.MADV_HUGEPAGE);
        } catch (LinuxException kernelWithoutThem) {
            LoggerFactory.getLogger(MachineMemory.class).debug("no huge pages for guests", kernelWithoutThem);
        }
    }

    private static Reservation reservation(MemoryMap map, MemoryMapping main) {
        Reservation.Range belowHole = range(0, BootLayout.ISA_HOLE_START);
        Reservation.Range aboveHole = range(BootLayout.ISA_HOLE_END, map.lowEnd());
        Reservation.Range[] ram = map.highBytes() == 0
                ? new Reservation.Range[] {belowHole, aboveHole}
                : new Reservation.Range[] {belowHole, aboveHole, range(BootLayout.HIGH_RAM, map.highEnd())};
        long highest = Math.max(ram[ram.length - 1].end() - 1, BootLayout.CONSOLE_FRAME);
        return new Reservation(ram, highest, map.bytes() >> FrameNumber.FRAME_SHIFT, (address, bytes) -> {
            long offset = address < map.lowEnd() ? address : address - BootLayout.HIGH_RAM + map.lowEnd();
            main.advise(
                    offset, bytes, Mman.MADV_DONTNEED); // it is private and anonymous: freed, and zeros when touched
        });
    }

    private static Reservation.Range range(long start, long end) {
        return new Reservation.Range(start >> FrameNumber.FRAME_SHIFT, end >> FrameNumber.FRAME_SHIFT);
    }

    /**
     * Makes sure that a frame which the guest names is memory: Linux has Xen's frames appear where it has no RAM.
     *
     * @return whether it is; not beyond all addresses, where KVM has something itself, or when there have been too many
     */
    synchronized boolean addFrame(FrameNumber frame) {
        if (Long.compareUnsigned(frame.value(), ADDRESS_LIMIT >>> FrameNumber.FRAME_SHIFT) >= 0) {
            return false;
        }
        long address = frame.address().value();
        if (ram.contains(address, FrameNumber.FRAME_SIZE)) {
            return true;
        }
        boolean kvms = address >= KVM_FIRST && address < LOCAL_APICS_END
                || address >= KVM_LAST_PAGES && address < KVM_LAST_PAGES_END;
        if (kvms || addedFrames == MAX_ADDED_FRAMES) {
            return false;
        }
        MemorySegment host =
                added.segment().asSlice((long) addedFrames * FrameNumber.FRAME_SIZE, FrameNumber.FRAME_SIZE);
        try {
            vm.setUserMemoryRegion(slots, 0, address, host);
        } catch (KvmException refused) { // beyond what this CPU can address, of which the guest could have known
            return false;
        }
        ram.add(new GuestRam.Region(address, host));
        addedFrames++;
        slots++;
        return true;
    }

    Reservation reservation() {
        return reservation;
    }

    GuestRam ram() {
        return ram;
    }

    @Override
    public void close() {
        main.close();
        fixed.close();
        added.close();
    }
}

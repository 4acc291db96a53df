package dev.lodge.vmm.boot;

import dev.lodge.rings.GuestAddress;
import dev.lodge.rings.GuestMemory;
import dev.lodge.vmm.abi.MemoryMapEntry;
import dev.lodge.vmm.abi.StartInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Writes the {@code hvm_start_info} of a domain and what it points to, into its boot area.
 *
 * <pre>
 *      0  start info
 *   0x40  module list
 *  0x100  memory map
 * 0x1000  command line, NUL-terminated
 * </pre>
 */
final class StartInfoWriter {

    private static final int MODULE_LIST = 0x40;
    private static final int MEMORY_MAP = 0x100;
    private static final int COMMAND_LINE = BootLayout.PAGE_SIZE;

    private StartInfoWriter() {}

    /**
     * Writes it all.
     *
     * @param area where, {@link BootLayout#BOOT_AREA_SIZE} bytes
     * @param commandLine without its NUL, at most {@link BootLayout#COMMAND_LINE_LIMIT} bytes
     * @param initrdSize in bytes; 0 for no initramfs, and then its address does not matter
     */
    static void write(
            GuestMemory memory, long area, MemoryMap map, byte[] commandLine, long initrdAddress, long initrdSize) {
        bytes(memory, area + COMMAND_LINE, commandLine.length + 1)
                .put(commandLine)
                .put((byte) 0);
        List<MemoryMapEntry> entries = map.entries();
        writeMemoryMap(memory, area, entries);
        if (initrdSize > 0) {
            writeModuleList(memory, area, initrdAddress, initrdSize);
        }
        ByteBuffer info = bytes(memory, area, StartInfo.SIZE);
        info.putInt(StartInfo.magic, StartInfo.XEN_HVM_START_MAGIC_VALUE);
        info.putInt(StartInfo.version, 1);
        info.putInt(StartInfo.flags, 0);
        info.putInt(StartInfo.nr_modules, initrdSize > 0 ? 1 : 0);
        info.putLong(StartInfo.modlist_paddr, initrdSize > 0 ? area + MODULE_LIST : 0);
        info.putLong(StartInfo.cmdline_paddr, area + COMMAND_LINE);
        info.putLong(StartInfo.rsdp_paddr, BootLayout.ACPI_RSDP);
        info.putLong(StartInfo.memmap_paddr, area + MEMORY_MAP);
        info.putInt(StartInfo.memmap_entries, entries.size());
        info.putInt(StartInfo.reserved, 0);
    }

    private static void writeModuleList(GuestMemory memory, long area, long initrdAddress, long initrdSize) {
        ByteBuffer module = bytes(memory, area + MODULE_LIST, StartInfo.SIZEOF_modlist_entry);
        module.putLong(StartInfo.modlist_paddr_of_module, initrdAddress);
        module.putLong(StartInfo.modlist_size, initrdSize);
        module.putLong(StartInfo.modlist_cmdline_paddr, 0);
        module.putLong(StartInfo.modlist_reserved, 0);
    }

    private static void writeMemoryMap(GuestMemory memory, long area, List<MemoryMapEntry> entries) {
        int entrySize = StartInfo.SIZEOF_memmap_table_entry;
        ByteBuffer table = bytes(memory, area + MEMORY_MAP, entries.size() * entrySize);
        for (int i = 0; i < entries.size(); i++) {
            MemoryMapEntry entry = entries.get(i);
            table.putLong(i * entrySize + StartInfo.memmap_addr, entry.address());
            table.putLong(i * entrySize + StartInfo.memmap_size, entry.size());
            table.putInt(i * entrySize + StartInfo.memmap_type, entry.type());
            table.putInt(i * entrySize + StartInfo.memmap_reserved, 0);
        }
    }

    private static ByteBuffer bytes(GuestMemory memory, long address, int length) {
        return memory.slice(new GuestAddress(address), length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
}

package dev.lodge.vmm.boot;

import dev.lodge.rings.GuestAddress;
import dev.lodge.rings.GuestMemory;
import dev.lodge.vmm.abi.MemoryMapEntry;
import dev.lodge.vmm.abi.StartInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes the {@code hvm_start_info} of a domain and what it points to, at {@link BootLayout}'s addresses. */
final class StartInfoWriter {

    private StartInfoWriter() {}

    /**
     * Writes it all.
     *
     * @param commandLine without its NUL, at most {@link BootLayout#COMMAND_LINE_LIMIT} bytes
     * @param initrdSize in bytes; 0 for no initramfs, and then its address does not matter
     */
    static void write(GuestMemory memory, MemoryMap map, byte[] commandLine, long initrdAddress, long initrdSize) {
        bytes(memory, BootLayout.COMMAND_LINE, commandLine.length + 1)
                .put(commandLine)
                .put((byte) 0);
        List<MemoryMapEntry> entries = map.entries();
        writeMemoryMap(memory, entries);
        if (initrdSize > 0) {
            writeModuleList(memory, initrdAddress, initrdSize);
        }
        ByteBuffer info = bytes(memory, BootLayout.START_INFO, StartInfo.SIZE);
        info.putInt(StartInfo.magic, StartInfo.XEN_HVM_START_MAGIC_VALUE);
        info.putInt(StartInfo.version, 1);
        info.putInt(StartInfo.flags, 0);
        info.putInt(StartInfo.nr_modules, initrdSize > 0 ? 1 : 0);
        info.putLong(StartInfo.modlist_paddr, initrdSize > 0 ? BootLayout.MODULE_LIST : 0);
        info.putLong(StartInfo.cmdline_paddr, BootLayout.COMMAND_LINE);
        info.putLong(StartInfo.rsdp_paddr, BootLayout.ACPI_RSDP);
        info.putLong(StartInfo.memmap_paddr, BootLayout.MEMORY_MAP);
        info.putInt(StartInfo.memmap_entries, entries.size());
        info.putInt(StartInfo.reserved, 0);
    }

    private static void writeModuleList(GuestMemory memory, long initrdAddress, long initrdSize) {
        ByteBuffer module = bytes(memory, BootLayout.MODULE_LIST, StartInfo.SIZEOF_modlist_entry);
        module.putLong(StartInfo.modlist_paddr_of_module, initrdAddress);
        module.putLong(StartInfo.modlist_size, initrdSize);
        module.putLong(StartInfo.modlist_cmdline_paddr, 0);
        module.putLong(StartInfo.modlist_reserved, 0);
    }

    private static void writeMemoryMap(GuestMemory memory, List<MemoryMapEntry> entries) {
        int entrySize = StartInfo.SIZEOF_memmap_table_entry;
        ByteBuffer table = bytes(memory, BootLayout.MEMORY_MAP, entries.size() * entrySize);
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

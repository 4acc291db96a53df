package dev.lodge.vmm.boot;

import dev.lodge.rings.GuestAddress;
import dev.lodge.rings.GuestMemory;
import dev.lodge.vmm.BootException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes a domain's ACPI tables (ACPI specification 6.5, chapter 5): hardware-reduced, so that the guest looks for none
 * of a PC's timers and interrupt controllers, and powers off through the sleep control register.
 *
 * <pre>
 *   BootLayout.ACPI  + 0      XSDT -> FADT, MADT
 *                    + 0x100  FADT -> DSDT
 *                    + 0x300  DSDT: \_S5
 *                    + 0x400  MADT: one local APIC per vCPU
 *                    + 0x8000 RSDP -> XSDT
 * </pre>
 */
final class AcpiTables {

    private static final int XSDT = 0;
    private static final int FADT = 0x100;
    private static final int DSDT = 0x300;
    private static final int MADT = 0x400;
    private static final int RSDP = (int) (BootLayout.ACPI_RSDP - BootLayout.ACPI);

    private static final int RSDP_V1_SIZE = 20;
    private static final int RSDP_SIZE = 36;

    // FADT: offsets of the fields that are not 0
    private static final int FADT_DSDT = 40;
    private static final int FADT_IAPC_BOOT_ARCH = 109;
    private static final int FADT_FLAGS = 112;
    private static final int FADT_RESET_REG = 116;
    private static final int FADT_X_DSDT = 140;
    private static final int FADT_SLEEP_CONTROL = 244;

    // FADT: IAPC_BOOT_ARCH
    private static final int VGA_NOT_PRESENT = 1 << 2;
    private static final int CMOS_RTC_NOT_PRESENT = 1 << 5;

    // FADT: flags
    private static final int WBINVD = 1;
    private static final int POWER_BUTTON_IS_NO_FIXED_FEATURE = 1 << 4;
    private static final int SLEEP_BUTTON_IS_NO_FIXED_FEATURE = 1 << 5;
    private static final int RESET_REG_SUPPORTED = 1 << 10;
    private static final int HARDWARE_REDUCED = 1 << 20;

    // MADT
    private static final int LOCAL_APIC = 0;
    private static final int LOCAL_APIC_SIZE = 8;
    private static final int LOCAL_X2APIC = 9;
    private static final int LOCAL_X2APIC_SIZE = 16;
    private static final int MADT_FIXED_SIZE = AcpiTable.HEADER_SIZE + 8;
    private static final int ENABLED = 1;
    private static final int XAPIC_LIMIT = 255;

    /** The most vCPUs that the tables can name: more than Xen or KVM offer. */
    static final int VCPU_LIMIT = (RSDP - MADT - MADT_FIXED_SIZE) / LOCAL_X2APIC_SIZE;

    private AcpiTables() {}

    /**
     * Writes all tables at {@link BootLayout#ACPI}.
     *
     * @param apicIds each vCPU's local APIC id, by vCPU number, which becomes the processor's ACPI id: Linux takes that
     *     for Xen's vcpu id
     * @throws BootException if there are no vCPUs or more than the tables can name
     */
    static void write(GuestMemory memory, List<Integer> apicIds) {
        if (apicIds.isEmpty() || apicIds.size() > VCPU_LIMIT) {
            throw new BootException("a guest cannot have " + apicIds.size() + " CPUs: give it 1 to " + VCPU_LIMIT);
        }
        ByteBuffer area = memory.slice(new GuestAddress(BootLayout.ACPI), BootLayout.ACPI_SIZE)
                .asByteBuffer();
        writeXsdt(from(area, XSDT));
        writeFadt(from(area, FADT));
        writeDsdt(from(area, DSDT));
        writeMadt(from(area, MADT), apicIds);
        writeRsdp(from(area, RSDP));
    }

    private static ByteBuffer from(ByteBuffer area, int offset) {
        return area.slice(offset, area.capacity() - offset);
    }

    private static void writeXsdt(ByteBuffer target) {
        AcpiTable.begin(target, "XSDT", 1)
                .int64(BootLayout.ACPI + FADT)
                .int64(BootLayout.ACPI + MADT)
                .end();
    }

    private static void writeFadt(ByteBuffer target) {
        int flags = WBINVD
                | POWER_BUTTON_IS_NO_FIXED_FEATURE
                | SLEEP_BUTTON_IS_NO_FIXED_FEATURE
                | RESET_REG_SUPPORTED
                | HARDWARE_REDUCED;
        AcpiTable.begin(target, "FACP", 5)
                .at(FADT_DSDT)
                .int32((int) (BootLayout.ACPI + DSDT))
                .at(FADT_IAPC_BOOT_ARCH)
                .int16(VGA_NOT_PRESENT | CMOS_RTC_NOT_PRESENT)
                .at(FADT_FLAGS)
                .int32(flags)
                .at(FADT_RESET_REG)
                .port(BootLayout.ACPI_RESET_PORT)
                .int8(BootLayout.ACPI_RESET)
                .at(FADT_X_DSDT)
                .int64(BootLayout.ACPI + DSDT)
                .at(FADT_SLEEP_CONTROL)
                .port(BootLayout.ACPI_SLEEP_CONTROL_PORT)
                .port(BootLayout.ACPI_SLEEP_STATUS_PORT)
                .end();
    }

    private static void writeDsdt(ByteBuffer target) {
        byte[] powerOff = Aml.namedPackage("_S5_", BootLayout.ACPI_SLEEP_TYPE_S5, BootLayout.ACPI_SLEEP_TYPE_S5);
        AcpiTable.begin(target, "DSDT", 2).code(powerOff).end();
    }

    private static void writeMadt(ByteBuffer target, List<Integer> apicIds) {
        AcpiTable madt = AcpiTable.begin(target, "APIC", 4)
                .int32((int) BootLayout.LOCAL_APIC)
                .int32(0);
        for (int vcpu = 0; vcpu < apicIds.size(); vcpu++) {
            int apicId = apicIds.get(vcpu);
            if (Integer.compareUnsigned(apicId, XAPIC_LIMIT) < 0 && vcpu < XAPIC_LIMIT) {
                madt.int8(LOCAL_APIC)
                        .int8(LOCAL_APIC_SIZE)
                        .int8(vcpu)
                        .int8(apicId)
                        .int32(ENABLED);
            } else {
                madt.int8(LOCAL_X2APIC).int8(LOCAL_X2APIC_SIZE).int16(0);
                madt.int32(apicId).int32(ENABLED).int32(vcpu);
            }
        }
        madt.end();
    }

    private static void writeRsdp(ByteBuffer target) {
        byte revision = 2;
        target.order(ByteOrder.LITTLE_ENDIAN);
        target.put(0, "RSD PTR ".getBytes(StandardCharsets.US_ASCII));
        target.put(9, AcpiTable.OEM.getBytes(StandardCharsets.US_ASCII));
        target.put(15, revision);
        target.putInt(20, RSDP_SIZE);
        target.putLong(24, BootLayout.ACPI + XSDT);
        target.put(8, AcpiTable.checksum(target, RSDP_V1_SIZE));
        target.put(32, AcpiTable.checksum(target, RSDP_SIZE));
    }
}

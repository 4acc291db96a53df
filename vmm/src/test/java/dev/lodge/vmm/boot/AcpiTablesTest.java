package dev.lodge.vmm.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conformance with the ACPI specification, by the eyes of ACPICA's disassembler where it is installed. */
final class AcpiTablesTest {

    private static final int SIGNATURE_SIZE = 4;

    private final TestMemory memory = new TestMemory(4096);

    @Test
    void theRootPointsToTheTablesAndEverySumIsZero() {
        AcpiTables.write(memory, xenIds(3));
        assertEquals(0, sum(BootLayout.ACPI_RSDP, 20));
        assertEquals(0, sum(BootLayout.ACPI_RSDP, 36));
        long xsdt = memory.int64(BootLayout.ACPI_RSDP + 24);
        assertEquals("XSDT", signature(xsdt));
        long fadt = memory.int64(xsdt + 36);
        long madt = memory.int64(xsdt + 44);
        assertEquals(52, length(xsdt));
        assertEquals("FACP", signature(fadt));
        assertEquals("APIC", signature(madt));
        long dsdt = memory.int64(fadt + 140);
        assertEquals("DSDT", signature(dsdt));
        for (long table : new long[] {xsdt, fadt, madt, dsdt}) {
            assertEquals(0, sum(table, length(table)), signature(table));
        }
    }

    @Test
    void iaslFindsNoFault(@TempDir Path directory) throws IOException, InterruptedException {
        AcpiTables.write(memory, xenIds(130));
        long xsdt = memory.int64(BootLayout.ACPI_RSDP + 24);
        long fadt = memory.int64(xsdt + 36);
        String fadtText = disassemble(directory, "facp", fadt);
        assertTrue(fadtText.contains("Hardware Reduced (V5) : 1"), fadtText);
        assertTrue(fadtText.contains("Reset Register Supported (V2) : 1"), fadtText);
        assertTrue(fadtText.contains("VGA Not Present (V4) : 1"), fadtText);
        assertTrue(fadtText.contains("CMOS RTC Not Present (V5) : 1"), fadtText);
        assertTrue(fadtText.contains("Address : 0000000000000604"), fadtText);
        assertTrue(fadtText.contains("Address : 0000000000000605"), fadtText);

        String madtText = disassemble(directory, "apic", memory.int64(xsdt + 44));
        assertEquals(130, count(madtText, "Processor Enabled : 1"));
        assertEquals(128, count(madtText, "[Processor Local APIC]"));
        assertEquals(2, count(madtText, "[Processor Local x2APIC]"));
        assertTrue(madtText.contains("Processor x2Apic ID : 00000102"), madtText);

        String dsdtText = disassemble(directory, "dsdt", memory.int64(fadt + 140));
        assertTrue(dsdtText.contains("Name (_S5, Package (0x02)  // _S5_: S5 System State"), dsdtText);

        String xsdtText = disassemble(directory, "xsdt", xsdt);
        assertEquals(2, count(xsdtText, "ACPI Table Address"));
    }

    @Test
    void thePowerOffValueIsWhatTheGuestMakesOfS5() {
        int sleepType = 5;
        assertEquals(0x20 | sleepType << 2, BootLayout.ACPI_POWER_OFF);
    }

    @Test
    void processorsTooManyOrNoneAreRefused() {
        Refusals.assertRefused(() -> AcpiTables.write(memory, List.of()), "0 CPUs");
        Refusals.assertRefused(() -> AcpiTables.write(memory, xenIds(10_000)), "10000 CPUs");
    }

    @Test
    void theMostProcessorsFitBelowTheRoot() {
        AcpiTables.write(memory, xenIds(AcpiTables.VCPU_LIMIT));
        long madt = memory.int64(memory.int64(BootLayout.ACPI_RSDP + 24) + 44);
        assertTrue(madt + length(madt) <= BootLayout.ACPI_RSDP);
        assertEquals(0, sum(madt, length(madt)));
        assertEquals(0, sum(BootLayout.ACPI_RSDP, 36));
    }

    private static List<Integer> xenIds(int vcpus) {
        List<Integer> ids = new ArrayList<>();
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            ids.add(2 * vcpu);
        }
        return ids;
    }

    private String disassemble(Path directory, String name, long table) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/iasl")), "no iasl: install acpica-tools");
        Path binary = Files.write(directory.resolve(name + ".dat"), memory.bytes(table, length(table)));
        Path log = directory.resolve(name + ".log");
        Process iasl = new ProcessBuilder("/usr/bin/iasl", "-d", binary.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertTrue(iasl.waitFor(60, TimeUnit.SECONDS));
        String output = Files.readString(log, StandardCharsets.ISO_8859_1);
        String text = Files.readString(directory.resolve(name + ".dsl"), StandardCharsets.ISO_8859_1);
        assertEquals(0, iasl.exitValue(), output);
        for (String fault : List.of("Error", "Warning", "Invalid", "ncorrect", "Unknown")) {
            assertFalse(output.contains(fault), output);
            assertFalse(text.contains(fault), text);
        }
        return text;
    }

    private static int count(String text, String part) {
        int count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
            count++;
        }
        return count;
    }

    private String signature(long table) {
        return new String(memory.bytes(table, SIGNATURE_SIZE), StandardCharsets.US_ASCII);
    }

    private int length(long table) {
        return memory.int32(table + 4);
    }

    private int sum(long address, int length) {
        int sum = 0;
        for (byte b : memory.bytes(address, length)) {
            sum += b;
        }
        return sum & 0xff;
    }
}

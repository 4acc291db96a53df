package dev.lodge.cli;

import dev.lodge.vmm.HostReport;
import dev.lodge.vmm.InstalledKernel;
import dev.lodge.vmm.Virtualisation;
import java.io.PrintStream;
import java.nio.file.Path;

/** {@code lodge doctor}: what this host offers, what it lacks, and what to do about that. */
final class DoctorCommand {
    private static final int SCHEMA = 1;
    private static final int NO_GUEST_CAN_RUN = 1;

    private DoctorCommand() {}

    /**
     * Prints the report.
     *
     * @return 0 when a guest can run, 1 when not
     * @throws CommandLineException if the arguments are wrong
     */
    static int run(String[] arguments, int start, PrintStream out) {
        boolean json = false;
        for (int i = start; i < arguments.length; i++) {
            if (!arguments[i].equals("--json")) {
                throw new CommandLineException("doctor takes --json and nothing else, not " + arguments[i]);
            }
            json = true;
        }
        HostReport report = HostReport.ofThisHost(Home.directory());
        out.print(json ? json(report) : text(report));
        out.flush();
        return report.canRunGuests() ? ExitStatus.OK : NO_GUEST_CAN_RUN;
    }

    static String text(HostReport report) {
        var text = new StringBuilder();
        HostReport.Device kvm = report.kvm();
        line(text, "processor", report.processor() + ", " + report.processors() + " on line");
        line(text, "virtualisation", virtualisation(report));
        line(
                text,
                "memory",
                mebibytes(report.memoryBytes()) + ", " + mebibytes(report.availableBytes()) + " available");
        line(text, "clock source", report.clockSource().isEmpty() ? "not known" : report.clockSource());
        if (kvm.apiVersion() != 0) {
            line(text, kvm.path(), "version " + kvm.apiVersion() + " of the interface");
            var present = new StringBuilder();
            var absent = new StringBuilder();
            for (HostReport.Capability capability : kvm.capabilities()) {
                StringBuilder list = capability.value() == 0 ? absent : present;
                list.append(list.isEmpty() ? "" : " ").append(capability.name());
                list.append(capability.value() > 1 ? "=" + capability.value() : "");
            }
            line(text, "capabilities", present.toString());
            line(text, "absent", absent.isEmpty() ? "none" : absent.toString());
            line(text, "Xen flags", kvm.xenFlags().isEmpty() ? "none: hypercalls in user space" : join(kvm.xenFlags()));
        }
        for (InstalledKernel kernel : report.kernels()) {
            line(
                    text,
                    "kernel",
                    kernel.version() + (kernel.modules() == null ? ", no modules" : "") + "  " + kernel.image());
        }
        line(text, "cache", report.cache().path() + ": " + report.cache().state());
        for (HostReport.Problem problem : report.problems()) {
            text.append('\n')
                    .append(problem.fatal() ? "MISSING  " : "note     ")
                    .append(problem.what());
            text.append(problem.errno().isEmpty() ? "" : " (" + problem.errno() + ")");
            text.append("\n         ").append(problem.remedy()).append('\n');
        }
        text.append('\n')
                .append(report.canRunGuests() ? "guests can run here" : "no guest can run here")
                .append('\n');
        return text.toString();
    }

    static String json(HostReport report) {
        var json = new Json()
                .beginObject(null)
                .member("schema", SCHEMA)
                .member("can_run_guests", report.canRunGuests())
                .member("processor", report.processor())
                .member("processors", report.processors())
                .member("virtualisation", name(report.virtualisation()))
                .member("nested", report.nested())
                .member("memory_bytes", report.memoryBytes())
                .member("available_bytes", report.availableBytes())
                .member("clock_source", report.clockSource());
        json.beginObject("kvm")
                .member("path", report.kvm().path())
                .member("api_version", report.kvm().apiVersion())
                .beginObject("capabilities");
        for (HostReport.Capability capability : report.kvm().capabilities()) {
            json.member(capability.name(), capability.value());
        }
        json.endObject().beginArray("xen_flags");
        for (String flag : report.kvm().xenFlags()) {
            json.member(null, flag);
        }
        json.endArray().endObject().beginArray("kernels");
        for (InstalledKernel kernel : report.kernels()) {
            Path modules = kernel.modules();
            json.beginObject(null)
                    .member("version", kernel.version())
                    .member("image", kernel.image().toString())
                    .member("modules", modules == null ? null : modules.toString())
                    .endObject();
        }
        json.endArray()
                .beginObject("cache")
                .member("path", report.cache().path().toString())
                .member("state", report.cache().state())
                .endObject()
                .beginArray("problems");
        for (HostReport.Problem problem : report.problems()) {
            json.beginObject(null)
                    .member("what", problem.what())
                    .member("errno", problem.errno().isEmpty() ? null : problem.errno())
                    .member("remedy", problem.remedy())
                    .member("fatal", problem.fatal())
                    .endObject();
        }
        return json.endArray().endObject().toString();
    }

    private static String virtualisation(HostReport report) {
        return switch (report.virtualisation()) {
                    case VMX -> "Intel VT-x (vmx)";
                    case SVM -> "AMD-V (svm)";
                    case NONE -> "none in the processor";
                }
                + (report.nested() ? "; this host is itself a virtual machine" : "");
    }

    private static String name(Virtualisation virtualisation) {
        return switch (virtualisation) {
            case VMX -> "vmx";
            case SVM -> "svm";
            case NONE -> "none";
        };
    }

    private static String mebibytes(long bytes) {
        return bytes == 0 ? "not known" : (bytes >> 20) + " MiB";
    }

    private static String join(Iterable<String> words) {
        return String.join(" ", words);
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name)
                .repeat(' ', Math.max(1, 16 - name.length()))
                .append(value)
                .append('\n');
    }
}

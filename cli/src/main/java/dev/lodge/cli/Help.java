package dev.lodge.cli;

import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What {@code lodge help} prints, laid out by picocli from the parser's own tables. Loaded only when asked for. */
final class Help {
    private Help() {}

    static void print(PrintStream out) {
        CommandSpec top = CommandSpec.create().name("lodge");
        top.usageMessage()
                .description("Runs Linux guests under the Xen guest ABI on /dev/kvm.")
                .commandListHeading("%nCommands:%n")
                .synopsisSubcommandLabel("COMMAND")
                .footer("", "lodge run --help tells more, with an example for each option.");
        top.addSubcommand("run", run());
        top.addSubcommand("doctor", doctor());
        top.addSubcommand("help", simple("help", "Shows this."));
        top.addSubcommand("--version", simple("--version", "Shows Lodge's version and that of its Java."));
        usage(top, out);
    }

    static void printRun(PrintStream out) {
        usage(run(), out);
    }

    static void printDoctor(PrintStream out) {
        usage(doctor(), out);
    }

    static CommandSpec run() {
        CommandSpec run = CommandSpec.create().name("run");
        run.usageMessage()
                .description(
                        "Boots a kernel as a Xen guest, runs COMMAND in it (by default a shell), and exits with its status.")
                .customSynopsis("lodge run [OPTION...] [--] [COMMAND...]")
                .sortOptions(false)
                .footerHeading("%nExit status:%n")
                .footer(
                        "  COMMAND's own; 124 when its time was up; 125 when Lodge failed;",
                        "  126 when COMMAND cannot be executed; 127 when there is none.",
                        "On a terminal, Ctrl-] ends the guest at once.");
        run.parser().stopAtPositional(true);
        for (RunOption option : RunOption.values()) {
            run.addOption(option(option));
        }
        run.addPositional(PositionalParamSpec.builder()
                .paramLabel("COMMAND")
                .arity("0..*")
                .type(String[].class)
                .hidden(true)
                .build());
        return run;
    }

    private static OptionSpec option(RunOption option) {
        String shortName = option.shortName;
        String[] names = shortName == null ? new String[] {option.longName} : new String[] {shortName, option.longName};
        OptionSpec.Builder spec =
                OptionSpec.builder(names).description(literal(option.description), "  " + literal(option.example));
        String value = option.value;
        return value == null
                ? spec.type(boolean.class).arity("0").build()
                : spec.type(String.class).paramLabel(value).build();
    }

    private static CommandSpec doctor() {
        CommandSpec doctor = simple("doctor", "Tells what this host offers to guests, and how to get what it lacks.");
        doctor.usageMessage()
                .customSynopsis("lodge doctor [--json]")
                .footer("", "Exit status: 0 when a guest can run here, 1 when not.");
        doctor.addOption(OptionSpec.builder("--json")
                .type(boolean.class)
                .arity("0")
                .description("Print the report as JSON.", "  lodge doctor --json | jq .problems")
                .build());
        return doctor;
    }

    private static CommandSpec simple(String name, String description) {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.usageMessage().description(description);
        return spec;
    }

    /** picocli formats descriptions. */
    private static String literal(String text) {
        return text.replace("%", "%%");
    }

    private static void usage(CommandSpec spec, PrintStream out) {
        spec.usageMessage().width(100);
        new CommandLine(spec).usage(out, Ansi.AUTO);
        out.flush();
    }
}

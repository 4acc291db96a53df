/** The program {@code lodge}: what a shell's user types, and what comes back. */
module dev.lodge.cli {
    requires static org.jspecify;
    requires dev.lodge.vmm;
    requires info.picocli;
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires org.slf4j;
    requires jdk.unsupported; // sun.misc.Signal: Java has no other way to hear of SIGWINCH

    provides ch.qos.logback.classic.spi.Configurator with
            dev.lodge.cli.LogSetup;

    // Logback makes the configurator by its name.
    exports dev.lodge.cli to
            ch.qos.logback.classic,
            ch.qos.logback.core;
}

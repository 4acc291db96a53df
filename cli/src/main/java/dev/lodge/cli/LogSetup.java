package dev.lodge.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Sets Logback up without its files: lines {@code lodge: message} on standard error. Logback finds this class as a
 * service when the first line is logged, which in most runs never happens.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
    private static volatile boolean verbose;

    /** For Logback. */
    public LogSetup() {}

    /** Lets messages of level INFO through too; to be called before the first line is logged. */
    static void beVerbose() {
        verbose = true;
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var lines = new Lines();
        lines.setContext(context);
        lines.setName("stderr");
        lines.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(level());
        root.addAppender(lines);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Level level() {
        return Level.toLevel(System.getenv("LODGE_LOG"), verbose ? Level.INFO : Level.WARN);
    }

    private static final class Lines extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            System.err.println("lodge: " + event.getFormattedMessage());
            if (event.getThrowableProxy() != null && event.getLevel().isGreaterOrEqual(Level.ERROR)) {
                System.err.println("lodge: " + event.getThrowableProxy().getClassName() + ": "
                        + event.getThrowableProxy().getMessage());
            }
        }
    }
}

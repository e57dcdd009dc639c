package dev.mtdconnector.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Everything that is logged while it is open, of every logger at every level, exceptions with their causes included;
 * nothing of it is printed. Loggers that production's {@code logback-levels.xml} switches off stay off: that file is
 * what holds their words back, and a level above OFF is raised to TRACE. What goes to java.util.logging is collected
 * too, in the levels that the JVM gives it.
 */
public final class LogCapture implements AutoCloseable {

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Map<Logger, @Nullable Level> before = new HashMap<>();
    private final List<Appender<ILoggingEvent>> printers = new ArrayList<>();
    private final Logger root;
    private final AppenderBase<ILoggingEvent> collector = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(text(event));
        }
    };
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getLoggerName() + " " + entry.getMessage() + " " + entry.getThrown());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private LogCapture(Logger root, LoggerContext context) {
        this.root = root;
        for (Logger logger : context.getLoggerList()) {
            Level level = logger.getLevel();
            boolean ours = logger.getName().startsWith("dev.mtdconnector") || logger == root;
            if (ours || (level != null && level != Level.OFF)) {
                before.put(logger, level);
                logger.setLevel(Level.TRACE);
            }
        }
        for (Iterator<Appender<ILoggingEvent>> each = root.iteratorForAppenders(); each.hasNext(); ) {
            printers.add(each.next());
        }
        printers.forEach(root::detachAppender);
        collector.setContext(context);
        collector.start();
        root.addAppender(collector);
        java.util.logging.Logger.getLogger("").addHandler(handler);
    }

    public static LogCapture start() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        return new LogCapture(context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME), context);
    }

    /** One text an event: logger, message, context, and the whole exception. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    private static String text(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        return event.getLoggerName() + " " + event.getFormattedMessage() + " " + event.getMDCPropertyMap()
                + (thrown == null ? "" : "\n" + ThrowableProxyUtil.asString(thrown));
    }

    @Override
    public void close() {
        java.util.logging.Logger.getLogger("").removeHandler(handler);
        root.detachAppender(collector);
        printers.forEach(root::addAppender);
        before.forEach(Logger::setLevel);
    }
}

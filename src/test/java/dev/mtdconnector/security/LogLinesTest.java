package dev.mtdconnector.security;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What production's log makes of hostile text: one event, one line, nothing that a terminal obeys. */
class LogLinesTest {

    private static final Path CONFIGURATION = Path.of("src/main/resources/logback.xml");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\n2026-11-21T09:00:00.000Z ERROR d.m.http.Router [] forged",
                "x\nforged",
                "x\u0085forged",
                "x\u2028forged\u2029again",
                "\u001b[2J\u001b]0;title\u0007 colours and titles",
                "\u009b31m more of them",
                "{\"level\":\"ERROR\"}\u0000",
                "back\b\b\b\bspaces",
            })
    void anEventIsOneLineWhateverItSays(String text) throws Exception {
        String message = line(text, null);
        assertThat(message).endsWith(System.lineSeparator());
        assertThat(message.strip()).doesNotContainPattern("[\\p{Cntrl}\\x80-\\x9f\u2028\u2029]");

        String exception = line("failed", new IllegalStateException(text, new RuntimeException(text)));
        assertThat(exception.strip()).doesNotContainPattern("[\\p{Cntrl}\\x80-\\x9f\u2028\u2029]");
    }

    @Test
    void theExceptionStandsInItsEventOnce() throws Exception {
        String line = line("it failed", new IllegalStateException("because of this"));
        assertThat(line.split("because of this", -1)).hasSize(2);
        assertThat(line).contains("it failed").contains("LogLinesTest.theExceptionStandsInItsEventOnce");
    }

    private static String line(String message, @Nullable Throwable thrown) throws Exception {
        Matcher pattern = Pattern.compile("<pattern>(.*)</pattern>").matcher(Files.readString(CONFIGURATION));
        assertThat(pattern.find()).isTrue();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(pattern.group(1));
        encoder.start();
        LoggingEvent event = new LoggingEvent(
                "x", context.getLogger("dev.mtdconnector.http.Router"), Level.WARN, message, thrown, null);
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }
}

package dev.mtdconnector.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostSettingsTest {

    @Test
    void theProductsHostJsonFitsJobsThatMustRunWithinSeconds() {
        HostSettings settings = HostSettings.read(Path.of("host.json"));

        assertThat(settings)
                .isEqualTo(new HostSettings(
                        "", Duration.ofSeconds(2), Duration.ofSeconds(30), 16, 8, 5, Duration.ofMinutes(10)));
    }

    @Test
    void whatHostJsonLeavesOutIsThePlatformsDefault() throws IOException {
        assertThat(HostSettings.parse("{\"version\": \"2.0\"}"))
                .isEqualTo(new HostSettings(
                        "api", Duration.ofMinutes(1), Duration.ZERO, 16, 8, 5, Duration.ofMinutes(10)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"version\": \"2.0\", \"extensions\": {\"queues\": {\"batchSize\": 33}}}",
                "{\"version\": \"2.0\", \"extensions\": {\"queues\": {\"messageEncoding\": \"none\"}}}",
                "{\"version\": \"2.0\", \"extensions\": {\"queues\": {\"visibilityTimeout\": \"30\"}}}"
            })
    void whatTheHostWouldRefuseIsRefused(String json) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostSettings.parse(json));
    }
}

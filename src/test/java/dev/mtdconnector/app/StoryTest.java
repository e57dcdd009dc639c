package dev.mtdconnector.app;

import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.schedule.Drivers;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The story of the product over fakes, undisturbed and with a process that ends at every call it makes. */
class StoryTest {

    private static final String THREAT = "a8da3393-7896-431b-875d-945993cfdbf3";

    /** What each side holds at the end. */
    private record End(List<String> told, String device, String connector, long heartbeats, List<String> mails) {}

    private static final class Story {
        private final TestApp app = new TestApp();
        private String credential = "";

        private List<Runnable> steps() {
            return List.of(
                    this::onboard,
                    () -> app.consent(Registration.BASE).expect(200),
                    () -> app.consent(Registration.PARTNER).expect(200),
                    this::createConnector,
                    () -> app.put("/api/v1/connector/enrollment", "{\"groups\": [\"Mobile Threat Defense Users\"]}")
                            .expect(200),
                    () -> app.put("/api/v1/connector/error-management", "{\"email\": \"it@contoso.example\"}")
                            .expect(200),
                    this::settle,
                    () -> credential = app.activate(PHONE),
                    this::settle,
                    () -> app.checkIn(credential).expect(200),
                    this::settle,
                    () -> app.feed(TestApp.deviceEvent("e1", TestApp.START, VENDOR_GUID, PHONE, "ACTIVATED"))
                            .expect(200),
                    () -> threat("e2", "OPEN", 1),
                    this::settle,
                    () -> threat("e3", "RESOLVED", 2),
                    this::settle);
        }

        private void onboard() {
            if (app.onboard().status() == 409) {
                app.replaceKeys();
            }
        }

        private void createConnector() {
            assertThat(app.post("/api/v1/connector", "{\"heartbeatMinutes\": 10}")
                            .status())
                    .isIn(201, 409);
        }

        private void threat(String id, String status, int second) {
            app.feed(TestApp.threatEvent(id, TestApp.START.plusSeconds(second), VENDOR_GUID, THREAT, status, "TROJAN"))
                    .expect(200);
        }

        private void settle() {
            app.pass(Duration.ofMinutes(7));
        }

        private End end() {
            var view = app.get("/api/v1/connector").json();
            return new End(
                    app.intune.history(PHONE),
                    app.device(PHONE),
                    view.path("settings").toString()
                            + view.path("enrollment")
                            + view.path("errorManagement")
                            + view.at("/heartbeat/error")
                            + view.at("/sync/error"),
                    Math.min(app.intune.beats().size(), 3),
                    app.mailer.mails().stream()
                            .map(mail -> mail.messageId() + mail.to())
                            .distinct()
                            .toList());
        }
    }

    @Test
    void aThreatMakesTheDeviceHighAndItsEndMakesItSecuredAgain() {
        Story story = new Story();

        story.steps().forEach(Runnable::run);

        End end = story.end();
        assertThat(end.told()).containsExactly("activated", "secured", "highSeverity", "secured");
        assertThat(end.device()).isEqualTo("secured");
        assertThat(end.mails()).hasSize(1);
        assertThat(story.app.intune.contents()).hasSize(4);
        assertThat(story.app.intune.provisions()).isEqualTo(1);
    }

    @Test
    void afterARestartNothingIsSentTwice() {
        Story story = new Story();
        story.steps().forEach(Runnable::run);
        End before = story.end();

        story.app.restart();
        story.app.pass(Duration.ofMinutes(20));

        assertThat(story.end()).isEqualTo(before);
        assertThat(story.app.mailer.mails()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProcessThatEndsAtAnyCallLeavesWhatTheNextOneFinishes(boolean afterEffect) {
        Story undisturbed = new Story();
        undisturbed.app.faults.dieAt(Integer.MAX_VALUE, false);
        undisturbed.steps().forEach(Runnable::run);
        End expected = undisturbed.end();
        int calls = undisturbed.app.faults.calls();

        List<String> wrong = new ArrayList<>();
        for (int call = 1; call <= calls; call++) {
            Story story = new Story();
            story.app.faults.dieAt(call, afterEffect);
            List<Runnable> steps = story.steps();
            for (Runnable step : steps) {
                try {
                    step.run();
                } catch (Faults.Death e) {
                    story.app.restart();
                    step.run();
                }
            }
            story.app.faults.never();
            End end = story.end();
            if (!end.equals(expected)) {
                wrong.add("call " + call + ": " + end);
            }
        }

        assertThat(calls).isGreaterThan(100);
        assertThat(wrong).isEmpty();
    }

    @Test
    void noSecretIsStoredOrShownAgain() {
        Story story = new Story();
        story.steps().forEach(Runnable::run);

        String secret = story.app.apiKey().substring(story.app.apiKey().lastIndexOf('.') + 1);
        String deviceSecret = story.credential.substring(story.credential.lastIndexOf('.') + 1);
        Map<String, Object> all = new TreeMap<>(story.app.tables.dump());

        assertThat(all.toString()).doesNotContain(secret).doesNotContain(deviceSecret);
        assertThat(story.app.get("/api/v1/tenant").http().body()).doesNotContain(secret);
        assertThat(story.app.queues.names().stream()
                        .filter(queue -> !queue.equals(Drivers.QUEUE))
                        .flatMap(queue -> story.app.queues.peek(queue).stream())
                        .map(message -> message.text()))
                .allMatch(TENANT::equals);
    }
}

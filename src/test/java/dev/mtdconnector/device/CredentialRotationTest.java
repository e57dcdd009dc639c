package dev.mtdconnector.device;

import static dev.mtdconnector.testing.TestApp.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CredentialRotationTest {

    private final TestApp app = new TestApp().ready();
    private final String first = app.activate(PHONE);

    private String checkIn(String credential) {
        return app.checkIn(credential).expect(200).text("/deviceCredential");
    }

    @Test
    void aCredentialThatGrewOldIsReplacedAndStaysValidUntilTheNewOneIsUsed() {
        app.clock.advance(Credentials.ROTATION.minusSeconds(1));
        assertThat(checkIn(first)).isEmpty();
        app.clock.advance(Duration.ofSeconds(1));
        String second = checkIn(first);
        assertThat(second).startsWith("mtdd.").isNotEqualTo(first);
        assertThat(checkIn(first)).as("the answer may still be on its way").isEmpty();

        assertThat(checkIn(second)).isEmpty();
        app.checkIn(first).expect(401);
        assertThat(checkIn(second)).as("it is new").isEmpty();
    }

    @Test
    void anAgentWhoseAnswerWasLostGetsAnother() {
        app.clock.advance(Credentials.ROTATION);
        String lost = checkIn(first);
        app.clock.advance(Credentials.OFFER);
        String another = checkIn(first);
        assertThat(another).isNotEmpty().isNotEqualTo(lost);
        app.checkIn(lost).expect(401);
        checkIn(another);
        app.checkIn(first).expect(401);
    }

    @Test
    void revokingAndActivatingEndBoth() {
        app.clock.advance(Credentials.ROTATION);
        String second = checkIn(first);
        app.delete("/api/v1/devices/" + PHONE + "/credential").expect(204);
        app.checkIn(first).expect(401);
        app.checkIn(second).expect(401);

        String third = app.activate(PHONE);
        app.clock.advance(Credentials.ROTATION);
        String fourth = checkIn(third);
        String fifth = app.activate(PHONE);
        app.checkIn(third).expect(401);
        app.checkIn(fourth).expect(401);
        checkIn(fifth);
    }

    @Test
    void noSecretIsStored() {
        app.clock.advance(Credentials.ROTATION);
        String second = checkIn(first);
        String secret = second.substring(second.lastIndexOf('.') + 1);
        assertThat(app.tables.dump().toString()).doesNotContain(secret);
    }
}

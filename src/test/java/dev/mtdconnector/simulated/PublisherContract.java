package dev.mtdconnector.simulated;

import static dev.mtdconnector.simulated.ContosoBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.intune.IntunePublisher;
import dev.mtdconnector.intune.IntunePublisher.DeviceReport;
import dev.mtdconnector.intune.IntunePublisher.Progress;
import dev.mtdconnector.intune.IntunePublisher.UploadStatus;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.http.Fault;
import dev.mtdconnector.schedule.JobContext.LeaseLostException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every publisher promises, asked of the real ones over the simulated Microsoft. */
abstract class PublisherContract {

    static final String GONE = "33333333-0000-4000-8000-000000000001";
    static final String NOBODY = "33333333-0000-4000-8000-000000000002";

    final ContosoBench bench = new ContosoBench();

    private IntunePublisher publisher;

    /** A message as it is stored before it is sent. */
    record Message(UUID id, String content) {}

    /** Consent is given. */
    abstract IntunePublisher make();

    /** What Microsoft shows of the device after this state was told. */
    abstract String shownFor(ThreatState state);

    abstract String shown(String deviceId);

    /** Method and path of the requests that write. */
    abstract Fault onWrites(@Nullable Integer status, @Nullable Integer retryAfterSeconds, boolean isLost);

    @BeforeEach
    void start() {
        bench.consent();
        publisher = make();
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    Message message(DeviceReport... reports) {
        return new Message(UUID.randomUUID(), publisher.content(TENANT, List.of(reports)));
    }

    DeviceReport lena(ThreatState state) {
        bench.clock.advance(Duration.ofSeconds(1));
        return new DeviceReport(WellKnown.LENAS_IPHONE, WellKnown.LENA, state, bench.clock.instant());
    }

    DeviceReport oscar(ThreatState state) {
        return new DeviceReport(WellKnown.OSCARS_ANDROID, WellKnown.OSCAR, state, bench.clock.instant());
    }

    void upload(Message message) {
        publisher.upload(TENANT, message.id(), bench.clock.instant(), message.content(), () -> {});
    }

    UploadStatus status(Message message) {
        return publisher.status(TENANT, message.id());
    }

    void told(DeviceReport... reports) {
        Message message = message(reports);
        upload(message);
        assertThat(status(message)).isEqualTo(new UploadStatus(Progress.COMPLETED, null));
    }

    @Test
    void whatIsToldIsShown() {
        for (ThreatState state : List.of(
                ThreatState.ACTIVATED,
                ThreatState.HIGH,
                ThreatState.SECURED,
                ThreatState.MEDIUM,
                ThreatState.LOW,
                ThreatState.HIGH)) {
            told(lena(state), oscar(ThreatState.SECURED));
            assertThat(shown(WellKnown.LENAS_IPHONE)).as("%s", state).isEqualTo(shownFor(state));
            assertThat(shown(WellKnown.OSCARS_ANDROID)).isEqualTo(shownFor(ThreatState.SECURED));
        }
    }

    @Test
    void aMessageThatNeverCameIsUnknown() {
        assertThat(status(message(lena(ThreatState.HIGH))).progress()).isEqualTo(Progress.UNKNOWN);
    }

    @Test
    void theSameReportsGiveTheSameText() {
        DeviceReport report = lena(ThreatState.HIGH);
        assertThat(message(report).content()).isEqualTo(message(report).content());
    }

    @Test
    void aMessageThatComesAgainIsStillTheSame() {
        Message message = message(lena(ThreatState.HIGH));
        upload(message);
        upload(message);
        assertThat(status(message).progress()).isEqualTo(Progress.COMPLETED);
        assertThat(shown(WellKnown.LENAS_IPHONE)).isEqualTo(shownFor(ThreatState.HIGH));
    }

    @Test
    void anOlderMessageThatComesAgainOverwritesNothingNewer() {
        Message older = message(lena(ThreatState.HIGH));
        Message newer = message(lena(ThreatState.SECURED));
        upload(older);
        upload(newer);
        upload(older);
        assertThat(shown(WellKnown.LENAS_IPHONE)).isEqualTo(shownFor(ThreatState.SECURED));
    }

    @Test
    void whatIsWithdrawnLeavesNothingOfOurs() {
        told(lena(ThreatState.HIGH), oscar(ThreatState.HIGH));
        told(lena(ThreatState.DEACTIVATED));
        told(lena(ThreatState.DEACTIVATED));
        assertThat(shown(WellKnown.LENAS_IPHONE)).isEqualTo(shownFor(ThreatState.DEACTIVATED));
        assertThat(shown(WellKnown.OSCARS_ANDROID)).isEqualTo(shownFor(ThreatState.HIGH));
    }

    @Test
    void aDeviceThatCannotBeTakenHoldsUpNobody() {
        DeviceReport gone = new DeviceReport(GONE, NOBODY, ThreatState.HIGH, bench.clock.instant());
        DeviceReport lena = lena(ThreatState.HIGH);
        Message both = message(gone, lena);
        upload(both);
        UploadStatus status = status(both);
        if (status.progress() == Progress.FAILED) {
            // Whoever takes a message whole or not at all takes it without the one.
            told(lena(ThreatState.HIGH));
        } else {
            assertThat(status.progress()).isEqualTo(Progress.COMPLETED);
            assertThat(status.refused()).containsOnlyKeys(GONE);
            assertThat(status.refused().get(GONE)).isNotBlank();
            assertThat(status(both)).as("asked again").isEqualTo(status);
        }
        assertThat(shown(WellKnown.LENAS_IPHONE)).isEqualTo(shownFor(ThreatState.HIGH));
    }

    @Test
    void whoIsThrottledSaysForHowLongAndGoesOnAfterIt() {
        Message message = message(lena(ThreatState.HIGH));
        bench.traffic.add(onWrites(429, 60, false));
        assertThatThrownBy(() -> upload(message)).isInstanceOfSatisfying(UpstreamException.class, failure -> {
            assertThat(failure.kind()).isEqualTo(UpstreamException.Kind.THROTTLED);
            assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(60));
        });
        bench.clock.advance(Duration.ofSeconds(60));
        upload(message);
        assertThat(shown(WellKnown.LENAS_IPHONE)).isEqualTo(shownFor(ThreatState.HIGH));
    }

    @Test
    void aLostAnswerChangesNothing() {
        Message message = message(lena(ThreatState.HIGH));
        for (int i = 0; i < 7; i++) {
            bench.traffic.add(onWrites(null, null, true));
        }
        assertThatThrownBy(() -> upload(message))
                .isInstanceOfSatisfying(
                        UpstreamException.class,
                        failure -> assertThat(failure.isTransient()).isTrue());
        bench.traffic.clearFaults();
        bench.clock.advance(Duration.ofMinutes(1));
        upload(message);
        assertThat(status(message)).isEqualTo(new UploadStatus(Progress.COMPLETED, null));
        assertThat(shown(WellKnown.LENAS_IPHONE)).isEqualTo(shownFor(ThreatState.HIGH));
        told(lena(ThreatState.SECURED));
        assertThat(shown(WellKnown.LENAS_IPHONE)).isEqualTo(shownFor(ThreatState.SECURED));
    }

    @Test
    void aRunThatWasOvertakenWritesNothing() {
        told(lena(ThreatState.SECURED));
        Message message = message(lena(ThreatState.HIGH));
        assertThatThrownBy(
                        () -> publisher.upload(TENANT, message.id(), bench.clock.instant(), message.content(), () -> {
                            throw new LeaseLostException();
                        }))
                .isInstanceOf(LeaseLostException.class);
        assertThat(shown(WellKnown.LENAS_IPHONE)).isEqualTo(shownFor(ThreatState.SECURED));
        assertThat(status(message).progress()).isEqualTo(Progress.UNKNOWN);
    }
}

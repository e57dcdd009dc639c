package dev.mtdconnector.intune;

import static dev.mtdconnector.intune.PublishWorld.TENANT;
import static dev.mtdconnector.intune.PublishWorld.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.connector.Publishing.Mode;
import dev.mtdconnector.intune.IntunePublisher.Progress;
import dev.mtdconnector.notify.ErrorRecords.ErrorRecord;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.storage.StoredDevices;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A target that was left and cannot be reached holds up nobody but the devices that stand there. */
class FormerTargetTest {

    private static final PublishTarget ATTRIBUTE = PublishTarget.attribute(7);
    private static final PublishTarget OTHER = PublishTarget.attribute(8);
    private static final int COUNT = 60;

    private final PublishWorld world = new PublishWorld().withDevices(COUNT);

    private void leavePartner(Kind kind) {
        world.partner().failure = new UpstreamException(Service.INTUNE, kind, "no way");
        world.publishing(before -> before.with(ATTRIBUTE));
    }

    private void newDevice(int number) {
        StoredDevices.add(world.memory, TENANT, List.of(PublishWorld.secured(number)));
        world.outbox.mark(TENANT, id(number));
    }

    private List<ErrorRecord> errors() {
        return world.errorTable.ofJob(TENANT, FormerTargets.SUBJECT);
    }

    private Elsewhere.Place partner() {
        return Objects.requireNonNull(elsewhere().places().get("partner"));
    }

    private Elsewhere elsewhere() {
        return world.books().elsewhere();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"CONSENT_MISSING", "FORBIDDEN", "UNAVAILABLE", "THROTTLED", "NOT_CONFIGURED", "NOT_FOUND"})
    void whoNeverStoodThereIsToldAtTheNewOneAtOnce(Kind kind) {
        leavePartner(kind);
        newDevice(COUNT);
        assertThat(world.settle()).isInstanceOf(Outcome.Finished.class);
        assertThat(world.place(ATTRIBUTE).state(COUNT)).isEqualTo("secured");
        assertThat(world.place(ATTRIBUTE).told()).isEqualTo(1);
        assertThat(elsewhere().stranded() + inFlight()).isEqualTo(COUNT);
        assertThat(errors()).singleElement().satisfies(error -> {
            assertThat(error.code()).isEqualTo("publishing.former-target");
            assertThat(error.recoveredAt()).isNull();
            assertThat(error.message()).contains("partner");
        });
        Map<String, Object> progress = new PublishingProgress(world.outbox, world.clock).of(TENANT);
        assertThat(progress.get("stranded")).isEqualTo(elsewhere().stranded());
        assertThat(String.valueOf(progress.get("formerTargets"))).contains("target=partner", "nextTryAt=2026");

        world.partner().failure = null;
        world.pass(Duration.ofMinutes(3));
        assertThat(world.partner().states().values()).hasSize(COUNT).containsOnly("deactivated");
        assertThat(world.place(ATTRIBUTE).told()).isEqualTo(COUNT + 1);
        assertThat(elsewhere()).isEqualTo(Elsewhere.NONE);
        assertThat(world.books().told()).isEqualTo(COUNT + 1);
        assertThat(errors())
                .singleElement()
                .satisfies(error -> assertThat(error.recoveredAt()).isNotNull());
    }

    private int inFlight() {
        return world.outbox.messages(TENANT).stream()
                .mapToInt(message -> message.deviceIds().size())
                .sum();
    }

    @Test
    void itIsTriedEverMoreSeldomAndByOneMessageAtATime() {
        leavePartner(Kind.UNAVAILABLE);
        world.settle();
        assertThat(world.place(ATTRIBUTE).told()).isZero();
        Instant first = partner().until();
        assertThat(first).isEqualTo(world.clock.instant().plus(Duration.ofMinutes(1)));
        assertThat(((Outcome.Finished) world.settle()).nextAt()).isEqualTo(first);
        world.pass(Duration.ofHours(3));
        assertThat(partner().failures()).isBetween(8, 12);
        assertThat(world.outbox.messages(TENANT)).hasSize(1);
        assertThat(world.outbox.marked(TENANT, world.clock.instant(), 100)).isZero();
    }

    @Test
    void aMessageThatComesToNoEndThereHoldsUpTheOthersOnlyForAMoment() {
        world.partner().end = Progress.IN_PROGRESS;
        world.publishing(before -> before.with(ATTRIBUTE));
        newDevice(COUNT);
        world.pass(Duration.ofMinutes(4));
        assertThat(world.place(ATTRIBUTE).state(COUNT)).isEqualTo("secured");
    }

    @Test
    void whatChangesMeanwhileIsToldAtTheNewOneOnceItWasTakenBack() {
        leavePartner(Kind.CONSENT_MISSING);
        world.settle();
        world.infect(59, "TROJAN");
        world.settle();
        assertThat(world.partner().history(59)).containsExactly("secured");
        world.partner().failure = null;
        world.pass(Duration.ofMinutes(3));
        assertThat(world.partner().state(59)).isEqualTo("deactivated");
        assertThat(world.place(ATTRIBUTE).history(59)).containsExactly("highSeverity");
    }

    @Test
    void backAtTheFormerTargetWhatStandsThereIsRightAsItIs() {
        leavePartner(Kind.UNAVAILABLE);
        world.settle();
        world.partner().failure = null;
        world.publishing(before -> before.with(PublishTarget.PARTNER));
        world.pass(Duration.ofMinutes(1));
        assertThat(world.partner().states().values()).containsOnly("secured");
        assertThat(world.partner().told()).as("a message was on its way").isLessThanOrEqualTo(COUNT + 2 * 24);
        assertThat(elsewhere().places()).isEmpty();
        assertThat(elsewhere().stranded()).isZero();
        assertThat(world.books().told()).isEqualTo(COUNT);
    }

    @Test
    void aForgottenTargetKeepsWhatStandsThereAndTheNewOneIsToldEverything() {
        leavePartner(Kind.CONSENT_MISSING);
        world.settle();
        assertThat(world.delivery.former().forget(TENANT, "device-attribute:9")).isFalse();
        assertThat(world.delivery.former().forget(TENANT, "partner")).isTrue();
        assertThat(world.delivery.former().forget(TENANT, "partner")).isTrue();
        world.settle();
        assertThat(world.partner().states().values()).containsOnly("secured");
        assertThat(world.place(ATTRIBUTE).states().values()).hasSize(COUNT).containsOnly("secured");
        assertThat(elsewhere().stranded()).isZero();
        assertThat(elsewhere().atPartner()).isZero();
        assertThat(world.books().told()).isEqualTo(COUNT);
        assertThat(world.outbox.messages(TENANT)).isEmpty();
        assertThat(errors().get(0).recoveredAt()).isNotNull();
        assertThat(world.trace(0).toString()).contains("HELD");

        // Chosen again, it is a target like any other.
        world.partner().failure = null;
        world.partner().isAgainAllowed = true;
        world.publishing(before -> before.with(PublishTarget.PARTNER));
        world.settle();
        assertThat(world.place(ATTRIBUTE).states().values()).containsOnly("deactivated");
        assertThat(world.partner().told()).isEqualTo(2 * COUNT);
        assertThat(elsewhere().places()).isEmpty();
    }

    @Test
    void everythingIsReleasedWhereItCanBe() {
        leavePartner(Kind.CONSENT_MISSING);
        newDevice(COUNT);
        world.settle();
        world.publishing(before -> before.with(Mode.RELEASE));
        world.settle();
        assertThat(world.place(ATTRIBUTE).state(COUNT)).isEqualTo("deactivated");
        assertThat(world.books().told()).isEqualTo(COUNT);
        world.delivery.former().forget(TENANT, "partner");
        world.settle();
        assertThat(world.books().told()).isZero();
    }

    @Test
    void twoFormerTargetsWaitEachForItself() {
        leavePartner(Kind.CONSENT_MISSING);
        newDevice(COUNT);
        world.settle();
        world.place(ATTRIBUTE).failure = new UpstreamException(Service.GRAPH, Kind.CONSENT_MISSING, "no");
        world.publishing(before -> before.with(OTHER));
        newDevice(COUNT + 1);
        world.settle();
        assertThat(world.place(OTHER).states()).containsOnlyKeys(id(COUNT + 1));
        assertThat(elsewhere().places()).containsOnlyKeys("partner", "device-attribute:7");
        world.place(ATTRIBUTE).failure = null;
        world.pass(Duration.ofMinutes(2));
        assertThat(world.place(OTHER).states()).containsOnlyKeys(id(COUNT), id(COUNT + 1));
        assertThat(elsewhere().places()).containsOnlyKeys("partner");
    }
}

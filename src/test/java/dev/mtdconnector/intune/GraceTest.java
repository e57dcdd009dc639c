package dev.mtdconnector.intune;

import static dev.mtdconnector.intune.PublishWorld.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.connector.Publishing.Mode;
import dev.mtdconnector.device.TraceEntry.Kind;
import dev.mtdconnector.schedule.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GraceTest {

    private final PublishWorld world = new PublishWorld().withDevices(2);

    GraceTest() {
        world.publishing(Mode.PUBLISH, 3, 100);
    }

    private void minutes(int minutes) {
        world.clock.advance(Duration.ofMinutes(minutes));
    }

    @Test
    void aWorsenedStateWaitsAndTheJobIsDueWhenItsTimeHasCome() {
        world.infect(0, "TROJAN");
        assertThat(world.settle()).isEqualTo(Outcome.finishedUntil(START.plusSeconds(180)));
        assertThat(world.partner().history(0)).containsExactly("secured");
        minutes(1);
        long writes = world.memory.writes("devices");
        assertThat(world.settle()).isEqualTo(Outcome.finishedUntil(START.plusSeconds(180)));
        assertThat(world.memory.writes("devices"))
                .as("nothing new, nothing written")
                .isEqualTo(writes);
        minutes(2);
        assertThat(world.settle()).isEqualTo(Outcome.finished());
        assertThat(world.partner().history(0)).containsExactly("secured", "highSeverity");
        // What came at one instant has no order.
        assertThat(world.trace(0).subList(0, 2)).containsExactlyInAnyOrder(Kind.CONFIRMED, Kind.PUBLISHED);
        assertThat(world.trace(0).subList(2, 5)).contains(Kind.HELD);
    }

    @Test
    void improvementBeforeTheEndCancels() {
        world.infect(0, "TROJAN");
        world.settle();
        minutes(2);
        world.heal(0);
        assertThat(world.settle()).isEqualTo(Outcome.finished());
        assertThat(world.device(0).told().isKeptBack()).isFalse();
        minutes(5);
        world.settle();
        assertThat(world.partner().history(0)).containsExactly("secured");
        // And the next time it waits anew.
        world.infect(0, "ADWARE");
        world.settle();
        assertThat(world.partner().history(0)).containsExactly("secured");
    }

    @Test
    void whatGetsWorseStillWaitsFromWhenItWasFirstSeenWorse() {
        world.infect(0, "ADWARE");
        world.settle();
        minutes(2);
        world.infect(0, "TROJAN");
        assertThat(world.settle()).isEqualTo(Outcome.finishedUntil(START.plusSeconds(180)));
        minutes(1);
        world.settle();
        assertThat(world.partner().history(0)).containsExactly("secured", "highSeverity");
    }

    @Test
    void aStateThatImprovesIsToldAtOnce() {
        world.infect(0, "TROJAN");
        world.settle();
        minutes(3);
        world.settle();
        world.infect(0, "ADWARE");
        world.settle();
        assertThat(world.partner().history(0)).containsExactly("secured", "highSeverity", "lowSeverity");
    }

    @Test
    void aGracePeriodThatIsTakenAwayCountsForThoseThatWait() {
        world.infect(0, "TROJAN");
        world.settle();
        world.publishing(Mode.PUBLISH, 0, 100);
        world.settle();
        assertThat(world.partner().history(0)).containsExactly("secured", "highSeverity");
    }

    @Test
    void aMessageThatFailsDoesNotBeginTheWaitAnew() {
        world.infect(0, "TROJAN");
        world.settle();
        minutes(3);
        world.partner().end = IntunePublisher.Progress.FAILED;
        world.settle();
        world.partner().end = IntunePublisher.Progress.COMPLETED;
        minutes(1);
        world.settle();
        assertThat(world.partner().history(0)).containsExactly("secured", "highSeverity");
    }
}

package dev.mtdconnector.intune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.connector.Publishing.Mode;
import dev.mtdconnector.device.TraceEntry.Kind;
import dev.mtdconnector.storage.StoredDevices;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Publish, observe, release, and another target. */
class ModesTest {

    private static final PublishTarget ATTRIBUTE = PublishTarget.attribute(7);

    private final PublishWorld world = new PublishWorld().withDevices(30);

    @Test
    void observingTracesWhatWouldBeToldOnceAndTellsNothing() {
        world.publishing(Mode.OBSERVE, 0, 20);
        int told = world.partner().told();
        world.infect(0, "TROJAN");
        world.settle();
        world.outbox.mark(PublishWorld.TENANT, PublishWorld.id(0));
        world.settle();
        assertThat(world.partner().told()).isEqualTo(told);
        assertThat(world.trace(0)).containsOnlyOnce(Kind.OBSERVED);
        assertThat(world.books().told()).isEqualTo(30);

        world.publishing(Mode.PUBLISH, 0, 20);
        world.settle();
        assertThat(world.partner().history(0)).containsExactly("secured", "highSeverity");
        assertThat(world.partner().told()).isEqualTo(told + 1);
    }

    @Test
    void releasingTakesEverythingBackAndTellsNothingNew() {
        world.infect(0, "TROJAN");
        world.settle();
        world.publishing(Mode.RELEASE, 0, 20);
        assertThat(world.books().told()).isEqualTo(30);
        world.settle();
        assertThat(world.partner().states().values()).hasSize(30).containsOnly("deactivated");
        assertThat(world.books().told()).isZero();
        world.infect(1, "TROJAN");
        world.heal(0);
        world.settle();
        world.reassess();
        world.settle();
        assertThat(world.partner().told()).isEqualTo(61);

        world.publishing(Mode.PUBLISH, 0, 20);
        world.settle();
        assertThat(world.partner().state(0)).isEqualTo("secured");
        assertThat(world.partner().state(1)).isEqualTo("highSeverity");
        assertThat(world.partner().told()).isEqualTo(91);
        assertThat(world.books().told()).isEqualTo(30);
    }

    @Test
    void anotherTargetIsToldAfterTheOldOneWasCleared() {
        world.infect(0, "TROJAN");
        world.settle();
        world.publishing(before -> before.with(ATTRIBUTE));
        world.settle();
        assertThat(world.partner().states().values()).hasSize(30).containsOnly("deactivated");
        assertThat(world.place(ATTRIBUTE).state(0)).isEqualTo("highSeverity");
        assertThat(world.place(ATTRIBUTE).told()).isEqualTo(30);
        assertThat(world.device(0).told().target()).isEqualTo("device-attribute:7");

        // And back: what was cleared there is told there anew.
        world.publishing(before -> before.with(PublishTarget.PARTNER));
        world.settle();
        assertThat(world.place(ATTRIBUTE).states().values()).containsOnly("deactivated");
        assertThat(world.partner().state(0)).isEqualTo("highSeverity");
        assertThat(world.partner().state(1)).isEqualTo("secured");
        assertThat(world.books().told()).isEqualTo(30);
    }

    @Test
    void aTargetThatFailsToBeClearedIsClearedBeforeTheOtherIsTold() {
        world.publishing(before -> before.with(ATTRIBUTE));
        world.partner().refused.add(PublishWorld.id(3));
        world.settle();
        assertThat(world.place(ATTRIBUTE).told()).isEqualTo(29);
        world.partner().refused.clear();
        world.clock.advance(Duration.ofMinutes(2));
        world.settle();
        assertThat(world.partner().state(3)).isEqualTo("deactivated");
        assertThat(world.place(ATTRIBUTE).state(3)).isEqualTo("secured");
    }

    @Test
    void releasingAfterASwitchOfTheTargetReachesBoth() {
        world.publishing(before -> before.with(ATTRIBUTE));
        world.run();
        world.publishing(before -> before.with(ATTRIBUTE).with(Mode.RELEASE));
        world.settle();
        assertThat(world.partner().states().values()).containsOnly("deactivated");
        assertThat(world.place(ATTRIBUTE).states().values()).allMatch("deactivated"::equals);
        assertThat(world.books().told()).isZero();
    }

    @Test
    void aRunThatBeganBeforeTheReleaseDropsNoMarkOfIt() {
        List<Mode> changes = new ArrayList<>(List.of(Mode.RELEASE));
        world.infect(0, "TROJAN");
        world.run(() -> {
            if (!changes.isEmpty()) {
                world.publishing(changes.remove(0), 0, 20);
            }
        });
        world.settle();
        assertThat(world.partner().states().values()).hasSize(30).containsOnly("deactivated");
        assertThat(world.books().told()).isZero();
    }

    @Test
    void aDeviceThatWasLookedAtBeforeTheReleaseIsNotToldAfterIt() {
        StoredDevices.add(world.memory, PublishWorld.TENANT, List.of(PublishWorld.secured(30)));
        world.outbox.mark(PublishWorld.TENANT, PublishWorld.id(30));
        world.afterLook = () -> world.publishing(Mode.RELEASE, 0, 20);
        world.settle();
        assertThat(world.partner().history(30)).isEmpty();
        assertThat(world.books().told()).isZero();
    }
}

package dev.mtdconnector.intune;

import static dev.mtdconnector.intune.PublishWorld.TENANT;
import static dev.mtdconnector.intune.PublishWorld.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.device.TraceEntry.Kind;
import dev.mtdconnector.intune.IntunePublisher.Progress;
import java.time.Duration;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

/** The lines that publishing writes are found by their days like all others. */
class TraceAgeTest {

    private static final LocalDate DAY = LocalDate.parse("2026-11-21");

    private final PublishWorld world = new PublishWorld().withDevices(30);

    private void forget(LocalDate before) {
        while (world.devices.traceAge().forget(TENANT, before, 7) == 7) {}
    }

    @Test
    void whatWasToldAndConfirmedGoes() {
        for (int i = 0; i < 30; i++) {
            assertThat(world.trace(i)).containsExactlyInAnyOrder(Kind.PUBLISHED, Kind.CONFIRMED);
        }
        forget(DAY);
        assertThat(world.trace(29)).hasSize(2);
        forget(DAY.plusDays(1));
        for (int i = 0; i < 30; i++) {
            assertThat(world.trace(i)).isEmpty();
        }
    }

    @Test
    void anEndThatComesOnTheNextDayGoesADayLater() {
        world.partner().end = Progress.IN_PROGRESS;
        world.infect(3, "TROJAN");
        world.run();
        world.clock.advance(Duration.ofDays(1));
        world.partner().finish();
        world.settle();
        forget(DAY.plusDays(1));
        assertThat(world.trace(3)).containsExactly(Kind.CONFIRMED);
        forget(DAY.plusDays(2));
        assertThat(world.trace(3)).isEmpty();
    }

    @Test
    void whatFailedAfterAllGoesADayLaterToo() {
        String message = String.valueOf(world.device(3).told().messageId());
        world.clock.advance(Duration.ofDays(1));
        world.delivery.returned(TENANT, message, "lost");
        forget(DAY.plusDays(1));
        assertThat(world.trace(3)).containsExactly(Kind.REFUSED);
        world.clock.advance(Duration.ofDays(1));
        world.outbox.mark(TENANT, id(3));
        forget(DAY.plusDays(2));
        assertThat(world.trace(3)).isEmpty();
    }
}

package dev.mtdconnector.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.SettableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is due before the next tick has its message by then. */
class TickTest {

    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    private static final JobKind KIND = JobKind.HEARTBEAT;

    private final SettableClock clock = new SettableClock(SettableClock.MORNING);
    private final MemoryQueues queues = new MemoryQueues(clock);
    private final JobTable store = new JobTable(new MemoryTables());
    private final Schedule schedule = new Schedule(store, queues, clock);
    private final Tick tick = new Tick(store, queues, clock);

    @Test
    void aJobThatIsDueBetweenTwoTicksHasItsMessageWhenItIsDue() {
        schedule.every(TENANT, KIND, Duration.ofSeconds(70));
        assertThat(tick.run()).isEqualTo(1);
        assertThat(queues.nextVisibleAt(KIND.queue())).contains(SettableClock.MORNING.plusSeconds(70));
        clock.advance(Duration.ofSeconds(60));
        assertThat(tick.run()).as("it has one").isZero();
    }

    @Test
    void aJobThatIsDueLaterIsLeftToALaterTick() {
        schedule.every(TENANT, KIND, Duration.ofSeconds(170));
        assertThat(tick.run()).isZero();
    }

    @Test
    void aMessageThatWasSentAheadAndLostIsSentAgainTwoMinutesAfterTheJobWasDue() {
        schedule.every(TENANT, KIND, Duration.ofSeconds(70));
        tick.run();
        clock.advance(Duration.ofSeconds(70 + 119));
        assertThat(tick.run()).isZero();
        clock.advance(Duration.ofSeconds(2));
        assertThat(tick.run()).isEqualTo(1);
    }

    @Test
    void aJobWhoseMessageCannotBeSentHoldsUpNoOther() {
        schedule.every("broken", KIND, Duration.ofSeconds(30));
        schedule.every(TENANT, KIND, Duration.ofSeconds(70));
        Tick failing = new Tick(
                store,
                (queue, message, delay) -> {
                    if (message.equals("broken")) {
                        throw new IllegalStateException("this one");
                    }
                    queues.send(queue, message, delay);
                },
                clock);
        assertThatThrownBy(failing::run).hasMessage("this one");
        assertThat(queues.count(KIND.queue())).isEqualTo(1);
        clock.advance(Tick.MESSAGE_PATIENCE.plusSeconds(31));
        assertThat(tick.run()).as("the one that failed is tried again").isEqualTo(1);
    }

    @Test
    void whoAsksDoesNotWaitForAMessageThatWasSentAhead() {
        schedule.every(TENANT, KIND, Duration.ofSeconds(70));
        tick.run();
        schedule.runNow(TENANT, KIND);
        assertThat(queues.visibleCount(KIND.queue())).isEqualTo(1);
    }
}

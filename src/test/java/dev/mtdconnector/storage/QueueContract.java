package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.testing.QueueReader;
import dev.mtdconnector.testing.QueueReader.Received;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every implementation of {@link JobQueues} keeps, seen through its reader. */
abstract class QueueContract {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private String queue = "";

    abstract JobQueues queues();

    abstract QueueReader reader();

    /** Receives, once the time has passed after which the message is visible. */
    abstract Optional<Received> receiveAfter(Duration time, String fromQueue, Duration visibility);

    @BeforeEach
    void newQueue() {
        queue = "q-" + UUID.randomUUID();
    }

    @Test
    void aQueueThatWasNeverUsedIsEmpty() {
        assertThat(reader().receive(queue, MINUTE)).isEmpty();
    }

    @Test
    void aMessageIsTakenOnceAndDeleted() {
        queues().send(queue, "{\"job\":\"sync\"}", Duration.ZERO);

        Received message = reader().receive(queue, MINUTE).orElseThrow();
        assertThat(message.text()).isEqualTo("{\"job\":\"sync\"}");
        assertThat(message.dequeueCount()).isEqualTo(1);
        assertThat(reader().receive(queue, MINUTE)).isEmpty();
        assertThat(reader().delete(message)).isTrue();
        assertThat(reader().delete(message)).isFalse();
    }

    @Test
    void theDepthCountsEveryMessageHiddenOnesToo() {
        assertThat(queues().depth(queue)).as("never used").hasValue(0);
        queues().send(queue, "now", Duration.ZERO);
        queues().send(queue, "later", MINUTE);
        assertThat(queues().depth(queue)).hasValue(2);
        reader().receive(queue, MINUTE).ifPresent(reader()::delete);
        assertThat(queues().depth(queue)).hasValue(1);
    }

    @Test
    void everyMessageArrives() {
        for (int i = 0; i < 5; i++) {
            queues().send(queue, "m" + i, Duration.ZERO);
        }

        List<String> texts = Stream.generate(
                        () -> reader().receive(queue, MINUTE).map(Received::text))
                .takeWhile(Optional::isPresent)
                .map(Optional::orElseThrow)
                .toList();
        assertThat(texts).containsExactlyInAnyOrder("m0", "m1", "m2", "m3", "m4");
    }

    @Test
    void anyTextUpTo48KiBArrivesUnchanged() {
        for (String text : List.of("<a>&\u0001\n 한국어 👩🏽‍🚀", "x".repeat(48 * 1024), "é".repeat(24 * 1024))) {
            queues().send(queue, text, Duration.ZERO);

            Received message = reader().receive(queue, MINUTE).orElseThrow();
            assertThat(message.text()).isEqualTo(text);
            reader().delete(message);
        }
    }

    @Test
    void aDelayedMessageIsInvisibleUntilThen() {
        queues().send(queue, "later", SECOND);

        assertThat(reader().receive(queue, MINUTE)).isEmpty();
        assertThat(receiveAfter(SECOND, queue, MINUTE))
                .map(Received::dequeueCount)
                .contains(1);
    }

    @Test
    void aDelayOfSevenDaysIsTaken() {
        queues().send(queue, "next week", Duration.ofDays(7));

        assertThat(reader().receive(queue, MINUTE)).isEmpty();
    }

    @Test
    void aMessageThatIsNotDeletedComesAgainAndTheFirstReceiptIsStale() {
        queues().send(queue, "job", Duration.ZERO);

        Received first = reader().receive(queue, SECOND).orElseThrow();
        Received second = receiveAfter(SECOND, queue, MINUTE).orElseThrow();

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.dequeueCount()).isEqualTo(2);
        assertThat(reader().delete(first)).isFalse();
        assertThat(reader().updateVisibility(first, MINUTE)).isEmpty();
        assertThat(reader().delete(second)).isTrue();
    }

    @Test
    void aMessageCanBeHeldLongerOrGivenBack() {
        queues().send(queue, "job", Duration.ZERO);
        Received taken = reader().receive(queue, SECOND).orElseThrow();

        Received held = reader().updateVisibility(taken, MINUTE).orElseThrow();
        assertThat(reader().delete(taken)).isFalse();
        assertThat(held.nextVisibleAt()).isAfter(taken.nextVisibleAt());
        Received returned = reader().updateVisibility(held, Duration.ZERO).orElseThrow();
        assertThat(returned.text()).isEqualTo("job");

        assertThat(reader().receive(queue, MINUTE)).map(Received::dequeueCount).contains(2);
    }

    @Test
    void whatBreaksARuleIsRefused() {
        assertRefused(queue, "x".repeat(48 * 1024 + 1), Duration.ZERO);
        assertRefused(queue, "", Duration.ZERO);
        assertRefused(queue, "é".repeat(24 * 1024 + 1), Duration.ZERO);
        assertRefused(queue, "x", Duration.ofDays(7).plusMillis(1));
        assertRefused(queue, "x", Duration.ofMillis(-1));
        for (String name : List.of("", "ab", "Upper", "a--b", "-ab", "ab-", "a_b", "x".repeat(64))) {
            assertRefused(name, "x", Duration.ZERO);
        }
        assertThat(reader().receive(queue, MINUTE)).isEmpty();
    }

    private void assertRefused(String name, String message, Duration delay) {
        assertThatThrownBy(() -> queues().send(name, message, delay)).isInstanceOf(IllegalArgumentException.class);
    }
}

package dev.mtdconnector.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.local.host.DevelopmentHost.Mode;
import dev.mtdconnector.local.host.sample.SampleJobs;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.SettableClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class QueueTriggerTest {

    private static final String QUEUE = "sample-jobs";
    private static final String POISON = "sample-jobs-poison";

    private final SampleJobs jobs = new SampleJobs();
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));
    private final MemoryQueues queues = new MemoryQueues(clock);

    @Test
    void aMessageRunsOnceAndIsGone() throws IOException {
        queues.send(QUEUE, "job 1", Duration.ZERO);
        try (DevelopmentHost host = manual()) {
            assertThat(host.drain()).containsExactly(new Run("Jobs", "job 1", null));
            assertThat(host.drain()).isEmpty();
        }
        assertThat(queues.count(QUEUE)).isZero();
    }

    @Test
    void drainingGoesOnWithWhatARunSends() throws IOException {
        jobs.work = input -> {
            if (input.equals("first")) {
                queues.send(QUEUE, "second", Duration.ZERO);
                queues.send(QUEUE, "later", Duration.ofMinutes(1));
            }
        };
        queues.send(QUEUE, "first", Duration.ZERO);
        try (DevelopmentHost host = manual()) {
            assertThat(host.drain()).extracting(Run::input).containsExactly("first", "second");
            clock.advance(Duration.ofMinutes(1));
            assertThat(host.drain()).extracting(Run::input).containsExactly("later");
        }
    }

    @Test
    void aFailedMessageComesBackAfterTheVisibilityTimeout() throws IOException {
        jobs.work = input -> {
            throw new IllegalStateException("defect");
        };
        queues.send(QUEUE, "job", Duration.ZERO);
        try (DevelopmentHost host = manual()) {
            assertThat(host.drain()).singleElement().matches(Run::failed);
            clock.advance(Duration.ofSeconds(29));
            assertThat(host.drain()).isEmpty();
            clock.advance(Duration.ofSeconds(1));
            assertThat(host.drain()).hasSize(1);
        }
    }

    @Test
    void afterFiveFailuresAMessageGoesToThePoisonQueueWhoseFunctionRuns() throws IOException {
        jobs.work = input -> {
            throw new IllegalStateException("defect");
        };
        queues.send(QUEUE, "bad", Duration.ZERO);
        try (DevelopmentHost host = manual()) {
            for (int attempt = 1; attempt <= 4; attempt++) {
                assertThat(host.drain()).hasSize(1);
                clock.advance(Duration.ofSeconds(30));
            }
            assertThat(jobs.poisoned).isEmpty();

            assertThat(host.drain()).extracting(Run::function).containsExactly("Jobs", "JobsPoison");
        }
        assertThat(jobs.messages).hasSize(5);
        assertThat(jobs.poisoned).containsExactly("bad");
        assertThat(queues.count(QUEUE)).isZero();
        assertThat(queues.count(POISON)).isZero();
    }

    @Test
    void whatFailsInAPoisonQueueStaysThere() throws IOException {
        jobs.poisonWork = input -> {
            throw new IllegalStateException("defect");
        };
        queues.send(POISON, "bad", Duration.ZERO);
        try (DevelopmentHost host = manual()) {
            assertThat(host.drain()).hasSize(1);
            clock.advance(Duration.ofMinutes(9));
            assertThat(host.drain()).isEmpty();
            for (int attempt = 2; attempt <= 5; attempt++) {
                clock.advance(Duration.ofMinutes(10));
                assertThat(host.drain()).hasSize(1);
            }
            clock.advance(Duration.ofMinutes(10));
            assertThat(host.drain()).isEmpty();
        }
        assertThat(queues.count(POISON)).isEqualTo(1);
    }

    @Test
    void aMessageThatKilledItsHostsGoesToThePoisonQueueWithoutARun() throws IOException {
        queues.send(QUEUE, "killer", Duration.ZERO);
        queues.send(QUEUE, "next", Duration.ZERO);
        for (int attempt = 1; attempt <= 5; attempt++) {
            // Taken, and then nothing: the host died.
            assertThat(queues.receive(QUEUE, Duration.ZERO)).isPresent();
        }
        try (DevelopmentHost host = manual()) {
            assertThat(host.drain()).extracting(Run::input).containsExactlyInAnyOrder("killer", "next");
        }
        assertThat(jobs.messages).containsExactly("next");
        assertThat(jobs.poisoned).containsExactly("killer");
    }

    @Test
    void whileAHostRunsByItselfMessagesRunInParallelButNotMoreThanItsSettingsSay() throws IOException {
        int most = 12;
        CountDownLatch firstBatch = new CountDownLatch(8);
        CountDownLatch done = new CountDownLatch(40);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger highest = new AtomicInteger();
        for (int i = 0; i < 40; i++) {
            queues.send(QUEUE, "job " + i, Duration.ZERO);
        }
        jobs.work = input -> {
            highest.accumulateAndGet(running.incrementAndGet(), Math::max);
            firstBatch.countDown();
            Fixture.await(firstBatch);
            running.decrementAndGet();
            done.countDown();
        };
        try (DevelopmentHost host = automatic(HostSettings.read(Path.of("host.json")))) {
            Fixture.await(done);
            assertThat(host.port()).isPositive();
        }
        assertThat(highest.get()).isBetween(8, most);
        assertThat(jobs.messages).hasSize(40);
        assertThat(queues.count(QUEUE)).isZero();
    }

    @Test
    void twoHostsOverOneQueueLoseNothingAndShareTheWork() throws IOException {
        int count = 200;
        SampleJobs others = new SampleJobs();
        CountDownLatch done = new CountDownLatch(count);
        Set<String> failedOnce = ConcurrentHashMap.newKeySet();
        CountDownLatch both = new CountDownLatch(2);
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        jobs.work = input -> shared(input, first, both, failedOnce, done);
        others.work = input -> shared(input, second, both, failedOnce, done);
        HostSettings settings = settingsWithoutWaiting();
        for (int i = 0; i < count; i++) {
            queues.send(QUEUE, "job " + i, Duration.ZERO);
        }

        try (DevelopmentHost one = automatic(settings);
                DevelopmentHost two = DevelopmentHost.start(
                        Fixture.parts(clock, queues, queues, 0, settings, others), Mode.AUTOMATIC)) {
            assertThat(one.port()).isNotEqualTo(two.port());
            Fixture.await(done);
        }

        assertThat(queues.count(QUEUE)).isZero();
        assertThat(queues.count(POISON)).isZero();
        assertThat(jobs.poisoned).isEmpty();
        assertThat(first.get() + second.get()).isEqualTo(2 * count);
    }

    /** Fails at the first attempt of each message, and makes each host wait until the other has work too. */
    private static void shared(
            String input, AtomicInteger mine, CountDownLatch both, Set<String> failedOnce, CountDownLatch done) {
        if (mine.incrementAndGet() == 1) {
            both.countDown();
            Fixture.await(both);
        }
        if (failedOnce.add(input)) {
            throw new IllegalStateException("first attempt");
        }
        done.countDown();
    }

    @Test
    void theLeaseOfALongRunIsRenewedSoThatNobodyElseTakesTheMessage() throws IOException {
        MemoryQueues real = new MemoryQueues(Clock.systemUTC());
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        jobs.work = input -> {
            running.countDown();
            Fixture.await(leave);
        };
        real.send(QUEUE, "long", Duration.ZERO);
        HostSettings settings = settingsWithoutWaiting().withLease(Duration.ofMillis(400));
        try (DevelopmentHost host = DevelopmentHost.start(
                Fixture.parts(Clock.systemUTC(), real, real, 0, settings, jobs), Mode.AUTOMATIC)) {
            Fixture.await(running);
            Instant leaseEnds = real.peek(QUEUE).get(0).nextVisibleAt();

            assertThat(Waiting.until(
                            () -> real.peek(QUEUE).get(0).nextVisibleAt().isAfter(leaseEnds), Duration.ofSeconds(20)))
                    .isTrue();
            leave.countDown();
            assertThat(Waiting.until(() -> real.count(QUEUE) == 0, Duration.ofSeconds(20)))
                    .isTrue();
            assertThat(host.port()).isPositive();
        }
        assertThat(jobs.messages).containsExactly("long");
    }

    @Test
    void closingWaitsForTheRunUnderWay() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        jobs.work = input -> {
            running.countDown();
            Fixture.await(leave);
        };
        queues.send(QUEUE, "last", Duration.ZERO);
        DevelopmentHost host = automatic(HostSettings.read(Path.of("host.json")));
        Fixture.await(running);

        Thread closing = new Thread(host::close);
        closing.start();
        leave.countDown();
        closing.join();

        assertThat(queues.count(QUEUE)).isZero();
        List<String> left = Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("host-queue-"))
                .toList();
        assertThat(left).isEmpty();
    }

    private DevelopmentHost manual() throws IOException {
        return DevelopmentHost.start(Fixture.parts(clock, queues, 0, jobs), Mode.MANUAL);
    }

    private DevelopmentHost automatic(HostSettings settings) throws IOException {
        return DevelopmentHost.start(Fixture.parts(clock, queues, queues, 0, settings, jobs), Mode.AUTOMATIC);
    }

    private static HostSettings settingsWithoutWaiting() {
        return new HostSettings("", Duration.ofMillis(100), Duration.ZERO, 8, 4, 5, Duration.ofMinutes(10));
    }
}

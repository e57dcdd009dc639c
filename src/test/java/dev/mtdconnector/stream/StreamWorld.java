package dev.mtdconnector.stream;

import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.feed.ApplicationKey;
import dev.mtdconnector.feed.RiskApi;
import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.FeedTable;
import dev.mtdconnector.storage.IntakeLogTable;
import dev.mtdconnector.storage.IntakeTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.storage.TenantTable;
import dev.mtdconnector.testing.TestApp;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A tenant with a feed, and the other end of its streams in the test's hands. Everything happens in the test's thread. */
final class StreamWorld {

    static final String TIE = TestApp.deviceEvent("e0", START, VENDOR_GUID, PHONE, "ACTIVATED");

    final TestApp app = new TestApp().ready();
    final Map<String, FollowedFeeds.Feed> feeds = new HashMap<>();
    final List<String> missed = new ArrayList<>();
    final List<Opened> opened = new ArrayList<>();
    final List<UpstreamException> refusals = new ArrayList<>();

    StreamWorld() {
        feeds.put(TENANT, feed("key", START.minusSeconds(60)));
    }

    FollowedFeeds.Feed feed(String key, Instant coveredUntil) {
        return new FollowedFeeds.Feed(
                new TenantTable(app.tables).find(TENANT).orElseThrow(), new ApplicationKey(key), coveredUntil);
    }

    /** A stream as the feed's end has it. */
    static final class Opened {
        final RiskApi.From from;
        final EventStreams.Receiver receiver;
        boolean isClosed;

        Opened(RiskApi.From from, EventStreams.Receiver receiver) {
            this.from = from;
            this.receiver = receiver;
        }

        Opened send(String text) {
            receiver.bytes(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            return this;
        }

        Opened events(String id, String... events) {
            return send("id:" + id + "\nevent:events\ndata:{\"events\":["
                    + String.join(",", events).replace("\n", " ") + "]}\n\n");
        }

        Opened heartbeat() {
            return send("event:heartbeat\ndata:{}\n\n");
        }
    }

    StreamFollower follower(String process) {
        return follower(process, app.tables);
    }

    /** A process that follows, over tables that may fail. */
    StreamFollower follower(String process, Tables tables) {
        IntakeTable table = new IntakeTable(tables);
        EventIntake intake = new EventIntake(
                table,
                table.parked(),
                new IntakeLogTable(tables),
                new DeviceTable(tables, app.clock),
                new Schedule(new JobTable(tables), app.queues, app.clock),
                app.clock);
        return new StreamFollower(new StreamFollower.Means(
                process, new Feeds(), store(), this::open, intake, Runnable::run, new Random(7), app.clock));
    }

    StreamStore store() {
        return new FeedTable(app.tables).stream();
    }

    StreamProgress progress() {
        return store().find(TENANT).orElseThrow();
    }

    private EventStreams.Connection open(ApplicationKey key, RiskApi.From from, EventStreams.Receiver receiver) {
        if (!refusals.isEmpty()) {
            throw refusals.remove(0);
        }
        Opened next = new Opened(from, receiver);
        opened.add(next);
        return () -> next.isClosed = true;
    }

    Opened last() {
        return opened.get(opened.size() - 1);
    }

    /** Lets time go by second by second, the way a process looks at it; alive streams say so every five seconds. */
    void pass(Duration time, StreamFollower... followers) {
        for (long second = 0; second < time.toSeconds(); second++) {
            app.clock.advance(Duration.ofSeconds(1));
            for (StreamFollower follower : followers) {
                follower.tick();
            }
        }
    }

    /** The same while every open stream says every five seconds that it is there. */
    void passAlive(Duration time, StreamFollower... followers) {
        for (long second = 0; second < time.toSeconds(); second += 5) {
            opened.stream().filter(stream -> !stream.isClosed).forEach(Opened::heartbeat);
            pass(Duration.ofSeconds(5), followers);
        }
    }

    private final class Feeds implements FollowedFeeds {
        @Override
        public List<String> tenants() {
            return List.copyOf(feeds.keySet());
        }

        @Override
        public Optional<Feed> find(String tenantId) {
            @Nullable Feed feed = feeds.get(tenantId);
            return Optional.ofNullable(feed);
        }

        @Override
        public void missed(String tenantId) {
            missed.add(Objects.requireNonNull(tenantId));
        }
    }
}

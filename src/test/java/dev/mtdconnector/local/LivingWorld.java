package dev.mtdconnector.local;

import dev.mtdconnector.app.Edges;
import dev.mtdconnector.local.contoso.ContosoClock;
import dev.mtdconnector.local.contoso.ContosoServer;
import dev.mtdconnector.local.fleet.FleetRun;
import dev.mtdconnector.local.fleet.FleetSite;
import dev.mtdconnector.local.fleet.Weather;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.risk.RiskAccess;
import dev.mtdconnector.local.story.StoryRunner;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.testing.FlakyStorage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A local world in which a fleet lives: its tenant is set up by the story, its storage fails with the weather. */
final class LivingWorld implements AutoCloseable {

    /** As the story has it. */
    private static final String ENTERPRISE = "703d284e-c7dd-4dd0-bd0d-12bfade8095c";

    private final LocalWorld world;
    private final FleetRun run;
    private final AtomicReference<@Nullable Weather> weather;

    private LivingWorld(LocalWorld world, FleetRun run, AtomicReference<@Nullable Weather> weather) {
        this.world = world;
        this.run = run;
        this.weather = weather;
    }

    /**
     * Starts a world that is driven by hand, in which time passes as fast as the work in it is done.
     *
     * @param opened closes what was started
     */
    static LivingWorld byHand(LocalOptions options, FleetRun.Plan plan, Opened opened) {
        return start(options, plan, opened, ByHand::new);
    }

    /**
     * Starts a world that runs by itself, in which so many simulated seconds pass in a second.
     *
     * @param opened closes what was started
     */
    static LivingWorld atPace(LocalOptions options, FleetRun.Plan plan, double speed, Opened opened) {
        return start(options.automatic(), plan, opened, world -> new AtPace(world, speed));
    }

    private static LivingWorld start(
            LocalOptions options, FleetRun.Plan plan, Opened opened, Function<LocalWorld, FleetRun.Pace> pace) {
        AtomicReference<@Nullable Weather> weather = new AtomicReference<>();
        LocalWorld world = LocalWorld.start(options.withEdges(edges -> flaky(edges, weather)), opened);
        StoryRunner story = world.story();
        story.run("onboard", "compliance-rule");
        FleetSite site = site(world, plan, FleetKeys.of(story));
        FleetRun run = new FleetRun(site, plan, pace.apply(world));
        weather.set(run.weather());
        return new LivingWorld(world, run, weather);
    }

    /** Lets a fleet live in a world that runs already, at its own risk: nothing is compared, and nothing fails. */
    static FleetRun in(LocalWorld world, FleetRun.Plan plan, double speed, FleetKeys keys) {
        return new FleetRun(site(world, plan, keys), plan, new AtPace(world, speed));
    }

    LocalWorld world() {
        return world;
    }

    FleetRun run() {
        return run;
    }

    /** Lets so much simulated time pass without anything happening in it. */
    void idle(Duration time) {
        new ByHand(world).pass(time);
    }

    @Override
    public void close() {
        weather.set(null);
        world.close();
    }

    /** Has both platforms count, and sets what the fleet's plan names. */
    private static FleetSite site(LocalWorld world, FleetRun.Plan plan, FleetKeys keys) {
        ContosoServer.Parts parts = world.simulator().contoso().parts();
        for (String platform : List.of("ios", "android")) {
            parts.changes()
                    .apply(List.of(Json.object()
                            .put("type", "platformToggled")
                            .put("platform", platform)
                            .put("enabled", true)));
        }
        FleetSite site = new FleetSite(
                world.connector(),
                world.contoso(),
                parts.contoso(),
                parts.changes(),
                world.simulator().intune(),
                world.simulator().risk().feed(),
                parts.traffic(),
                parts.clock(),
                keys.apiKey(),
                keys.feedKey(),
                ENTERPRISE);
        site.put(
                "/api/v1/connector/device-settings",
                "{\"disconnectedAfterDays\": " + plan.silence().toDays() + "}");
        site.put("/api/v1/connector/enrollment", """
                {"groups": ["Mobile Threat Defense Users"], "safetyCapPercent": %d}
                """.formatted(plan.safetyCapPercent()));
        site.put("/api/v1/feed", "{\"applicationKey\": \"" + RiskAccess.CONTOSO_KEY + "\", \"silentAfterHours\": 240}");
        return site;
    }

    private static Edges flaky(Edges edges, AtomicReference<@Nullable Weather> weather) {
        FlakyStorage flaky = new FlakyStorage(() -> {
            Weather now = weather.get();
            return now == null ? FlakyStorage.Mishap.NONE : now.storage();
        });
        Tables tables = flaky.around(edges.tables().get());
        JobQueues queues = flaky.around(edges.queues().get());
        return edges.withStorage(() -> tables, () -> queues);
    }

    private record ByHand(LocalWorld world) implements FleetRun.Pace {

        @Override
        public void pass(Duration time) {
            if (!time.isNegative()) {
                world.simulator().clock().advance(time);
            }
            world.host().runDueTimers();
            world.host().drain();
        }

        @Override
        public void restart() {
            world.restartConnector();
        }
    }

    /** The clock is pushed on twice a second; timers and queues run in threads of their own. */
    private record AtPace(LocalWorld world, double speed) implements FleetRun.Pace {

        private static final Duration PUSH = Duration.ofMillis(500);

        @Override
        public void pass(Duration time) {
            ContosoClock clock = world.simulator().clock();
            Instant end = clock.instant().plus(time);
            while (clock.instant().isBefore(end)) {
                Duration left = Duration.between(clock.instant(), end);
                Duration real = Duration.ofNanos((long) (left.toNanos() / speed));
                Duration now = real.compareTo(PUSH) < 0 ? real : PUSH;
                try {
                    TimeUnit.NANOSECONDS.sleep(now.toNanos());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new LocalWorldException("Stopped.");
                }
                Duration push = Duration.ofNanos((long) (now.toNanos() * (speed - 1)));
                if (push.toMillis() > 0) {
                    clock.advance(push);
                } else if (now.toMillis() == 0) {
                    return;
                }
            }
        }

        @Override
        public void restart() {
            world.restartConnector();
        }
    }
}

package dev.mtdconnector.local;

import dev.mtdconnector.app.Edges;
import dev.mtdconnector.local.contoso.ContosoServer;
import dev.mtdconnector.local.fleet.FleetRun;
import dev.mtdconnector.local.fleet.FleetSite;
import dev.mtdconnector.local.fleet.Weather;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.story.StoryRunner;
import dev.mtdconnector.testing.FlakyTables;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A local world in which a fleet lives: its tenant is set up by the story, its tables fail with the weather. */
public final class LivingWorld implements AutoCloseable {

    private final LocalWorld world;
    private final FleetRun run;
    private final AtomicReference<@Nullable Weather> weather;

    private LivingWorld(LocalWorld world, FleetRun run, AtomicReference<@Nullable Weather> weather) {
        this.world = world;
        this.run = run;
        this.weather = weather;
    }

    /** Starts a world that is driven by hand: time passes in it only as the fleet lives. */
    public static LivingWorld byHand(LocalOptions options, FleetRun.Plan plan) {
        AtomicReference<@Nullable Weather> weather = new AtomicReference<>();
        LocalWorld world = LocalWorld.start(options.withEdges(edges -> flaky(edges, weather)));
        try {
            FleetSite site = settle(world, plan);
            FleetRun run = new FleetRun(site, plan, new ByHand(world));
            weather.set(run.weather());
            return new LivingWorld(world, run, weather);
        } catch (RuntimeException | Error e) {
            world.close();
            throw e;
        }
    }

    public LocalWorld world() {
        return world;
    }

    public FleetRun run() {
        return run;
    }

    @Override
    public void close() {
        weather.set(null);
        world.close();
    }

    /** Onboards the tenant as the story does, and lets both platforms count. */
    private static FleetSite settle(LocalWorld world, FleetRun.Plan plan) {
        StoryRunner story = world.story();
        story.run("onboard", "compliance-rule");
        ContosoServer.Parts parts = world.simulator().contoso().parts();
        parts.changes().apply(List.of(Json.object()
                .put("type", "platformToggled")
                .put("platform", "android")
                .put("enabled", true)));
        Map<String, String> kept = story.values();
        String apiKey = String.valueOf(kept.get("apiKey"));
        put(
                world.connector() + "/api/v1/connector/device-settings",
                apiKey,
                "{\"disconnectedAfterDays\": " + plan.silence().toDays() + "}");
        put(
                world.connector() + "/api/v1/connector/enrollment",
                apiKey,
                "{\"groups\": [\"Mobile Threat Defense Users\"], \"safetyCapPercent\": " + plan.safetyCapPercent() + "}");
        return new FleetSite(
                world.connector(),
                world.contoso(),
                parts.contoso(),
                parts.changes(),
                world.simulator().intune(),
                parts.traffic(),
                parts.clock(),
                apiKey,
                String.valueOf(kept.get("feedKey")),
                "703d284e-c7dd-4dd0-bd0d-12bfade8095c");
    }

    private static void put(String address, String key, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new LocalWorldException(address + " was answered " + answer.body());
            }
        } catch (IOException e) {
            throw new LocalWorldException(address + " did not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalWorldException("Stopped while starting.");
        }
    }

    private static Edges flaky(Edges edges, AtomicReference<@Nullable Weather> weather) {
        FlakyTables tables = new FlakyTables(edges.tables().get(), () -> {
            Weather now = weather.get();
            return now == null ? FlakyTables.Mishap.NONE : now.storage();
        });
        return new Edges(
                () -> tables,
                edges.queues(),
                edges.directory(),
                edges.directoryChanges(),
                edges.grantedRoles(),
                edges.signingKeys(),
                edges.codeRedemption(),
                edges.groupMembership(),
                edges.directoryNames(),
                edges.intuneConnection(),
                edges.intunePublisher(),
                edges.directoryTargets(),
                edges.reportedStates(),
                edges.mailer(),
                edges.clock(),
                edges.sleeper());
    }

    /** Time passes as fast as the work in it is done. */
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
}

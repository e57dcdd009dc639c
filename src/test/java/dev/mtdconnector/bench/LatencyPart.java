package dev.mtdconnector.bench;

import dev.mtdconnector.app.Edges;
import dev.mtdconnector.intune.IntunePublisher;
import dev.mtdconnector.local.LocalOptions;
import dev.mtdconnector.local.LocalWorld;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.story.StoryRunner;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.storage.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * How long it takes from an event that was accepted to a state that Intune has: the local world over Azurite, timers and
 * queues running by themselves, one activated device. Before each event it is quiet for so long that the queue trigger
 * looks as seldom as it ever does. Intune takes what it gets at once here; a real one has some of its own.
 */
final class LatencyPart {

    private static final String NAME = "event to state";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final String GUID = "f1557f3b-f90a-4260-a7c5-5a7bf975524c";

    /** In the order in which they come. */
    private enum Stage {
        POSTED,
        ACCEPTED,
        JOB_BEGUN,
        UPLOADING,
        UPLOADED,
        SHOWN
    }

    private final int samples;
    private final Duration quiet;
    private final Figures figures;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Random random = new Random(1);
    private final Map<Stage, Long> stages = new EnumMap<>(Stage.class);

    LatencyPart(int samples, Duration quiet, Figures figures) {
        this.samples = samples;
        this.quiet = quiet;
        this.figures = figures;
    }

    void run() {
        LocalOptions options = LocalOptions.forTest(LocalOptions.Storage.FRESH_AZURITE)
                .automatic()
                .withEdges(this::noting);
        try (LocalWorld world = LocalWorld.start(options)) {
            StoryRunner story = world.story();
            story.run("onboard", "device-event");
            String key = story.values().getOrDefault("feedKey", "");
            // One device that gets worse every few seconds would be a case for the circuit breaker.
            HttpRequest withoutBreaker = HttpRequest.newBuilder(
                            URI.create(world.connector() + "/api/v1/connector/publishing"))
                    .header("Authorization", "Bearer " + story.values().getOrDefault("apiKey", ""))
                    .header("Content-Type", "application/json")
                    .PUT(BodyPublishers.ofString("{\"publisher\": \"partner\", \"breakerPercent\": 100}"))
                    .build();
            if (!sent(withoutBreaker).contains("\"breakerPercent\":100")) {
                throw new IllegalStateException("The circuit breaker was not switched off");
            }
            Map<Stage, double[]> times = new EnumMap<>(Stage.class);
            double[] all = new double[samples];
            for (int sample = 0; sample < samples; sample++) {
                Load.pause(quiet.plusMillis(random.nextInt(2_000)));
                boolean isOpen = sample % 2 == 0;
                once(world, key, sample, isOpen ? "OPEN" : "RESOLVED", isOpen ? "highSeverity" : "secured");
                Long before = null;
                for (Stage stage : Stage.values()) {
                    Long at = stages.get(stage);
                    if (at != null && before != null) {
                        times.computeIfAbsent(stage, one -> new double[samples])[sample] = (at - before) / 1e9;
                    }
                    before = at == null ? before : at;
                }
                all[sample] = (stages.getOrDefault(Stage.SHOWN, 0L) - stages.getOrDefault(Stage.ACCEPTED, 0L)) / 1e9;
            }
            tell(times, all);
        }
    }

    private void tell(Map<Stage, double[]> times, double[] all) {
        figures.note(NAME, "machine, samples", Load.now() + ", " + samples);
        figures.atMost(NAME, "seconds from accepted to published, median", part(all, 0.5), 2);
        figures.note(NAME, "the same, 90 of 100 and all", seconds(all, 0.9) + ", " + seconds(all, 1));
        for (Stage stage : Stage.values()) {
            String what = switch (stage) {
                case POSTED -> "";
                case ACCEPTED -> "the event is posted and accepted";
                case JOB_BEGUN -> "until the queue trigger starts the job";
                case UPLOADING -> "until the message is made and stored";
                case UPLOADED -> "until Intune has taken the upload";
                case SHOWN -> "until Intune shows the state";
            };
            double[] taken = times.get(stage);
            if (taken != null) {
                figures.note(NAME, what + ": seconds, median and all", seconds(taken, 0.5) + ", " + seconds(taken, 1));
            }
        }
    }

    private static double part(double[] seconds, double share) {
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))];
    }

    private static String seconds(double[] seconds, double share) {
        return Figures.number(part(seconds, share));
    }

    /** One event, until Intune shows what follows from it. */
    private void once(LocalWorld world, String key, int number, String status, String expected) {
        String body = """
                {"id": "latency-%d", "enterprise_guid": "703d284e-c7dd-4dd0-bd0d-12bfade8095c", "created_time": "%s",
                 "type": "THREAT", "threat": {"guid": "a8da3393-7896-431b-875d-%012d", "status": "%s",
                 "severity": "HIGH", "type": "APPLICATION", "classifications": ["TROJAN"]},
                 "actor": {"type": "DEVICE", "guid": "%s"}}""".formatted(number, Clock.systemUTC().instant(), number / 2, status, GUID);
        HttpRequest event = HttpRequest.newBuilder(URI.create(world.connector() + "/events"))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        synchronized (stages) {
            stages.clear();
        }
        note(Stage.POSTED);
        String answer = sent(event);
        if (!answer.contains("\"applied\":1")) {
            throw new IllegalStateException("The event was answered " + answer);
        }
        note(Stage.ACCEPTED);
        HttpRequest look = HttpRequest.newBuilder(
                        URI.create(world.contoso() + "/control/intune/devices/" + WellKnown.LENAS_IPHONE))
                .build();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!sent(look).contains("\"" + expected + "\"")) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "Intune does not show " + expected + " after event " + number + ": " + stages);
            }
            Load.pause(LOOK);
        }
        note(Stage.SHOWN);
    }

    private String sent(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first time that something comes counts. */
    private void note(Stage stage) {
        synchronized (stages) {
            stages.putIfAbsent(stage, System.nanoTime());
        }
    }

    private Edges noting(Edges edges) {
        return new Edges(
                () -> name -> noting(Table.class, edges.tables().get().table(name), Stage.JOB_BEGUN, null),
                edges.queues(),
                edges.directory(),
                edges.directoryChanges(),
                edges.grantedRoles(),
                edges.signingKeys(),
                edges.codeRedemption(),
                edges.groupMembership(),
                edges.directoryNames(),
                edges.intuneConnection(),
                () -> noting(IntunePublisher.class, edges.intunePublisher().get(), Stage.UPLOADING, Stage.UPLOADED),
                edges.directoryTargets(),
                edges.reportedStates(),
                edges.detectedApps(),
                edges.mailer(),
                edges.riskApi(),
                edges.clock(),
                edges.sleeper());
    }

    /** Notes when a thread of the publishing queue calls; of the publisher only its uploads. */
    private <T> T noting(Class<T> type, T real, Stage begun, @Nullable Stage ended) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            boolean isOurs = Thread.currentThread().getName().startsWith("host-queue-" + JobKind.PUBLISH.queue())
                    && (ended == null || method.getName().equals("upload"));
            if (isOurs) {
                note(begun);
            }
            try {
                return method.invoke(real, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            } finally {
                if (isOurs && ended != null) {
                    note(ended);
                }
            }
        };
        return type.cast(Proxy.newProxyInstance(LatencyPart.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}

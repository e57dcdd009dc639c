package dev.mtdconnector.bench;

import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Request;
import dev.mtdconnector.local.http.Traffic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The vendor of many devices, thin: its pages are computed from their numbers when they are asked for, so that it holds
 * nothing and costs as little as it can. Its events are those of ten days, less the two hours that a reader keeps as a margin:
 * five of each device, each in another fifth of the time and at no two devices at once. Of four devices in five they are
 * DEVICE events, of the fifth one the second and third are a THREAT that opens and is resolved.
 */
final class FeedWorld implements AutoCloseable {

    static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    static final String ENTERPRISE = "703d284e-c7dd-4dd0-bd0d-12bfade8095c";

    /** When the feed is connected. */
    static final Instant START = Instant.parse("2026-11-11T09:00:00Z");

    /** What is caught up. */
    static final Duration DAYS = Duration.ofHours(10 * 24 - 2);

    static final int PAGE = 1000;
    static final int EACH = 5;

    private static final int THREATENED = 5;
    private static final int LISTED_THREATENED = 20;
    private static final int STRIDE = 7919;
    private static final String BASE = "/mra/api/v2";

    private final int devices;
    private final LocalServer server;
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean isLater;

    FeedWorld(int devices) {
        this.devices = devices;
        try {
            this.server = LocalServer.http(0, new Traffic());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.route("POST", "/oauth2/token", request -> {
            asked.add("/oauth2/token");
            return json("{\"access_token\":\"token\",\"expires_in\":7200}");
        });
        list("devices", devices, this::listedDevice);
        list("threats", listedThreats(), this::listedThreat);
        server.route("GET", BASE + "/events", this::events);
        server.route("GET", "/later", request -> {
            later();
            return json("{}");
        });
        server.start();
    }

    URI address() {
        return server.address();
    }

    int events() {
        return devices * EACH;
    }

    int listedThreats() {
        return (devices + LISTED_THREATENED - 1) / LISTED_THREATENED;
    }

    /** Devices in pages of events, each once a page: the least transactions that tell them. */
    int told() {
        return inPages(event -> true);
    }

    /** The same of events that name their device's Entra id. */
    int named() {
        return inPages(this::isNaming);
    }

    private int inPages(IntPredicate which) {
        return (int) IntStream.range(0, events())
                .filter(which)
                .mapToLong(event -> (long) (event / PAGE) * devices + deviceOf(event))
                .distinct()
                .count();
    }

    /** From now on there are the events. */
    void later() {
        later(true);
    }

    void later(boolean areThere) {
        isLater = areThere;
    }

    /** The requests since this was called last, but for those that are none of the vendor's. */
    List<String> asked() {
        List<String> all = List.copyOf(asked);
        asked.clear();
        return all;
    }

    @Override
    public void close() {
        server.close();
    }

    /** Events of these numbers, as they are sent to {@code POST /events}. */
    String body(int from, int to) {
        return page("events", from, to, this::event, null);
    }

    /** A handler of {@code POST} besides, so that both ways go over the same HTTP. */
    void posts(Consumer<String> taker) {
        server.route("POST", "/api/v1/events", request -> {
            taker.accept(new String(request.body(), StandardCharsets.UTF_8));
            return json("{}");
        });
    }

    private void list(String name, int count, IntFunction<String> item) {
        server.route("GET", BASE + "/" + name, request -> {
            asked.add(request.target());
            String place = request.query().get("oid");
            int from = place == null ? 0 : Integer.parseInt(place.substring(place.length() - 12)) + 1;
            int to = Math.min(count, from + limit(request));
            return json(page(name, from, to, item, null));
        });
    }

    private Answer events(Request request) {
        asked.add(request.target());
        String place = request.query().get("oid");
        int from = place == null ? 0 : Integer.parseInt(place.substring(place.length() - 12)) + 1;
        int to = isLater ? Math.min(events(), from + limit(request)) : from;
        return json(page("events", from, to, this::event, to == from ? null : eventId(to - 1)));
    }

    private static int limit(Request request) {
        return Integer.parseInt(request.query().getOrDefault("limit", "10"));
    }

    private static Answer json(String body) {
        return new Answer(200, Map.of("Content-Type", "application/json"), body.getBytes(StandardCharsets.UTF_8), null);
    }

    private static String page(String name, int from, int to, IntFunction<String> item, @Nullable String last) {
        return IntStream.range(from, to)
                .mapToObj(item)
                .collect(Collectors.joining(
                        ",", "{\"" + name + "\":[", last == null ? "]}" : "],\"last_oid\":\"" + last + "\"}"));
    }

    static String id(String kind, int number) {
        return kind + "-0000-4000-8000-" + String.format(Locale.ROOT, "%012d", number);
    }

    private Instant timeOf(int event) {
        return START.plusMillis(1000 + (long) event * (DAYS.toMillis() - 2000) / events());
    }

    /** A version 7 UUID of the event's time, as the vendor's are, with its number at the end. */
    private String eventId(int event) {
        String time = String.format(Locale.ROOT, "%012x", timeOf(event).toEpochMilli());
        return time.substring(0, 8) + "-" + time.substring(8) + "-7000-8000-"
                + String.format(Locale.ROOT, "%012d", event);
    }

    private int deviceOf(int event) {
        return (int) ((long) (event % devices) * STRIDE % devices);
    }

    private boolean isNaming(int event) {
        int round = event / devices;
        return deviceOf(event) % THREATENED != 0 || (round != 1 && round != 2);
    }

    private String event(int event) {
        int device = deviceOf(event);
        String head = "{\"id\":\"" + eventId(event) + "\",\"enterprise_guid\":\"" + ENTERPRISE
                + "\",\"created_time\":\"" + timeOf(event)
                + "\",\"change_type\":\"UPDATED\",\"actor\":{\"type\":\"DEVICE\","
                + "\"guid\":\"" + id("99999999", device) + "\"},\"target\":{\"type\":\"DEVICE\",\"guid\":\""
                + id("99999999", device) + "\",\"platform\":\"IOS\"},";
        if (isNaming(event)) {
            return head + "\"type\":\"DEVICE\",\"device\":{\"guid\":\"" + id("99999999", device)
                    + "\",\"platform\":\"IOS\",\"profile_type\":\"WORK\",\"info\":{\"email\":\"u" + device
                    + "@contoso.example\",\"external_id\":\"" + id("dddddddd", device) + "\"},\"status\":" + STATUS
                    + ",\"hardware\":{\"manufacturer\":\"Apple\",\"model\":\"iPhone16,2\"},"
                    + "\"software\":{\"os_version\":\"18.6.2\"}}}";
        }
        String status = event / devices == 1 ? "OPEN" : "RESOLVED";
        return head + "\"type\":\"THREAT\",\"threat\":{\"guid\":\"" + id("aaaaaaaa", device) + "\",\"status\":\""
                + status + "\",\"severity\":\"HIGH\",\"type\":\"APPLICATION\",\"classifications\":[\"TROJAN\"],"
                + "\"details\":{\"application_name\":\"Free Flashlight\",\"package_name\":\"com.example.light\"}}}";
    }

    private static final String STATUS =
            "{\"activation_status\":\"ACTIVATED\",\"protection_status\":\"PROTECTED\",\"security_status\":\"SECURE\"}";

    private String listedDevice(int device) {
        return "{\"guid\":\"" + id("99999999", device) + "\",\"oid\":\"" + id("00000000", device)
                + "\",\"platform\":\"IOS\",\"profile_type\":\"WORK\",\"email\":\"u" + device
                + "@contoso.example\",\"updated_time\":\"" + START.minusSeconds(86_400L + device)
                + "\",\"mdm_type\":\"INTUNE\",\"details\":{\"external_id\":\"" + id("dddddddd", device)
                + "\"},\"status\":" + STATUS + ",\"hardware\":{\"manufacturer\":\"Apple\",\"model\":\"iPhone16,2\"}}";
    }

    private String listedThreat(int number) {
        int device = number * LISTED_THREATENED;
        return "{\"guid\":\"" + id("bbbbbbbb", device) + "\",\"oid\":\"" + id("00000000", number)
                + "\",\"device\":{\"guid\":\"" + id("99999999", device) + "\"},\"detected_at\":\""
                + START.minusSeconds(80_000) + "\",\"status\":\"OPEN\",\"severity\":\"LOW\",\"type\":\"APPLICATION\","
                + "\"classifications\":[\"ADWARE\"]}";
    }
}

package dev.mtdconnector.intune;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.connector.ConnectorSettings;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.device.Told;
import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.intune.Outbox.Kept;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is kept from Intune until somebody decides: worsened states that are held, and states that were refused. */
public final class HeldRoutes {

    private static final int MOST = 100;
    private static final int TRIES = 10;
    private static final Pattern CURSOR = Pattern.compile("([0-9]{1,9})-([0-9a-f-]{36})");

    private final ConnectorSettings settings;
    private final Outbox outbox;
    private final DeviceStore devices;
    private final Schedule schedule;

    public HeldRoutes(ConnectorSettings settings, Outbox outbox, DeviceStore devices, Schedule schedule) {
        this.settings = settings;
        this.outbox = outbox;
        this.devices = devices;
        this.schedule = schedule;
    }

    public List<Route> routes() {
        String connector = "/api/v1/connector";
        return List.of(
                new Route("GET", connector + "/held-publishes", Access.CONNECTOR_READ, null, this::held),
                new Route(
                        "POST",
                        connector + "/held-publishes/approve",
                        Access.CONNECTOR_CHANGE,
                        Route.JSON,
                        this::approve),
                new Route("GET", connector + "/failed-publishes", Access.CONNECTOR_READ, null, this::failed),
                new Route(
                        "POST",
                        connector + "/failed-publishes/replay",
                        Access.CONNECTOR_CHANGE,
                        Route.JSON,
                        this::replay));
    }

    private HttpAnswer held(HttpRequest request, Caller caller) {
        String tenantId = tenantOf(caller);
        Books books = books(tenantId);
        List<Kept> page = outbox.held(tenantId, cursor(request), limit(request) + 1);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("set", books.held() == 0 || books.asked() == 0 ? null : books.asked());
        answer.put("devices", books.held());
        return page(answer, "held", page, limit(request), kept -> view(tenantId, kept, books));
    }

    private HttpAnswer failed(HttpRequest request, Caller caller) {
        String tenantId = tenantOf(caller);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("devices", books(tenantId).failed());
        List<Kept> page = outbox.failed(tenantId, cursor(request), limit(request) + 1);
        return page(answer, "failed", page, limit(request), kept -> view(tenantId, kept));
    }

    private static HttpAnswer page(
            Map<String, Object> answer,
            String name,
            List<Kept> page,
            int limit,
            Function<Kept, Optional<Map<String, Object>>> view) {
        List<Kept> shown = page.subList(0, Math.min(limit, page.size()));
        answer.put(name, shown.stream().map(view).flatMap(Optional::stream).toList());
        Kept last = page.size() > limit ? shown.get(limit - 1) : null;
        answer.put("next", last == null ? null : last.set() + "-" + last.deviceId());
        return HttpAnswer.json(200, answer);
    }

    private Optional<Map<String, Object>> view(String tenantId, Kept kept, Books books) {
        return devices.find(tenantId, kept.deviceId())
                .filter(device -> device.told().held() != null)
                .map(device -> {
                    Map<String, Object> view = view(device);
                    Told.Held held = device.told().held();
                    view.put("to", name(held == null ? null : held.state()));
                    view.put("since", kept.at());
                    // A set that nobody was asked about is still being counted.
                    view.put("set", kept.set() <= books.asked() ? kept.set() : null);
                    view.put("approved", books.isApproved(held));
                    return view;
                });
    }

    private Optional<Map<String, Object>> view(String tenantId, Kept kept) {
        return devices.find(tenantId, kept.deviceId()).map(device -> {
            Map<String, Object> view = view(device);
            Optional<Map<String, String>> refusal = devices.trace(tenantId, kept.deviceId(), MOST).stream()
                    .filter(line -> line.kind() == TraceEntry.Kind.REFUSED)
                    .map(TraceEntry::details)
                    .findFirst();
            view.put("to", refusal.map(details -> details.get("state")).orElse(null));
            view.put("reason", refusal.map(details -> details.get("reason")).orElse(null));
            view.put("tries", device.told().failures());
            view.put("since", kept.at());
            return view;
        });
    }

    private static Map<String, Object> view(Device device) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("deviceId", device.deviceId());
        view.put("displayName", device.facts().displayName());
        view.put("userPrincipalName", device.facts().userPrincipalName());
        view.put("from", name(device.told().known()));
        return view;
    }

    private static @Nullable String name(@Nullable ThreatState state) {
        return state == null ? null : state.wireName();
    }

    private HttpAnswer approve(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        int set = fields.between("set", 1, Integer.MAX_VALUE - 1);
        fields.done();
        String tenantId = tenantOf(caller);
        books(tenantId);
        schedule.ensure(tenantId, JobKind.PUBLISH, Schedule.SAFETY_DELAY);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Books books = outbox.books(tenantId);
            List<Integer> meant = new ArrayList<>();
            if (set <= books.asked()) {
                outbox.heldSets(tenantId).stream().filter(one -> one <= set).forEach(meant::add);
            }
            if (meant.isEmpty()) {
                throw new AppException(
                        ErrorCode.STATE_CHANGED, "This set of states is not held any more: look at the list again.");
            }
            Books approved = books.approving(meant);
            if (approved.equals(books) || outbox.save(tenantId, approved)) {
                schedule.runNow(tenantId, JobKind.PUBLISH);
                return HttpAnswer.json(202, Map.of("set", set, "state", "approved"));
            }
        }
        throw new AppException(ErrorCode.STATE_CHANGED);
    }

    private HttpAnswer replay(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        List<String> deviceIds = fields.textList("deviceIds", MOST, 36);
        fields.done();
        if (!deviceIds.stream().allMatch(Fields::isGuid)) {
            throw AppException.invalid("deviceIds", "must be the ids of devices");
        }
        String tenantId = tenantOf(caller);
        books(tenantId);
        schedule.ensure(tenantId, JobKind.PUBLISH, Schedule.SAFETY_DELAY);
        List<String> again = deviceIds.stream()
                .map(deviceId -> deviceId.toLowerCase(Locale.ROOT))
                .distinct()
                .filter(deviceId -> devices.find(tenantId, deviceId)
                        .filter(device -> device.told().isGivenUp())
                        .isPresent())
                .toList();
        outbox.mark(tenantId, again);
        schedule.runNow(tenantId, JobKind.PUBLISH);
        return HttpAnswer.json(202, Map.of("devices", again.size()));
    }

    /** Of a tenant with a connector. */
    private Books books(String tenantId) {
        settings.get(tenantId);
        return outbox.books(tenantId);
    }

    private static @Nullable Kept cursor(HttpRequest request) {
        String text = request.query().get("cursor");
        if (text == null) {
            return null;
        }
        Matcher matcher = CURSOR.matcher(text);
        if (!matcher.matches()) {
            throw AppException.invalid("cursor", "must be the next of the page before");
        }
        return new Kept(matcher.group(2), Integer.parseInt(matcher.group(1)), Instant.EPOCH);
    }

    private static int limit(HttpRequest request) {
        String text = request.query().getOrDefault("limit", "50");
        int limit = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MOST) {
            throw AppException.invalid("limit", "must be a whole number from 1 to " + MOST);
        }
        return limit;
    }

    private static String tenantOf(Caller caller) {
        return ((Caller.OfTenant) caller).tenantId();
    }
}

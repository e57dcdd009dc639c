package dev.mtdconnector.feed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.feed.FeedProgress.Phase;
import dev.mtdconnector.feed.FeedProgress.Position;
import dev.mtdconnector.feed.FeedProgress.Reading;
import dev.mtdconnector.feed.FeedProgress.Reason;
import dev.mtdconnector.feed.RiskApi.Page;
import dev.mtdconnector.intake.IntakeStore;
import dev.mtdconnector.intake.RiskEvents;
import dev.mtdconnector.threat.Threat;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads devices and open threats where events do not say what is: when a feed is connected, after events were missed, and when
 * somebody asks. First the devices, so that threats find theirs; then the open threats; then, unless the feed is new, what
 * is open here and not there is closed. A page at a time, and from the page on after a crash.
 */
final class ListReading {

    /** Of a list that is compared as a whole; two to three times the largest customers. */
    private static final int MOST_COMPARED = 500_000;

    /** What is counted of devices that were not taken, for nothing had shown whose they are. */
    static final String HELD = "held";

    private static final int EXPOSED_A_PAGE = 200;

    private final RiskApi api;
    private final IntakeStore ties;
    private final DeviceStore devices;
    private final Clock clock;

    ListReading(RiskApi api, IntakeStore ties, DeviceStore devices, Clock clock) {
        this.api = api;
        this.ties = ties;
        this.devices = devices;
        this.clock = clock;
    }

    /** A reading that begins now. Events are read from its time afterwards. */
    static Reading begun(Reason reason, Instant now, @Nullable Instant updatedSince) {
        return new Reading(Phase.DEVICES, reason, now.minus(EventPolling.OVERLAP), updatedSince, null);
    }

    /**
     * Reads a page.
     *
     * @param until when to stop where it is
     * @return true when the reading has come to its end
     */
    boolean step(FeedRun run, Reading reading, Instant until) {
        if (!run.progress().isConfirmed()) {
            prove(run, reading);
            return false;
        }
        ListedItems items = new ListedItems(run.tenant().enterpriseGuid(), reading.asOf());
        return switch (reading.phase()) {
            case DEVICES -> devices(run, reading, items);
            case THREATS -> threats(run, reading, items);
            case CLOSING -> closing(run, reading, items, until);
        };
    }

    /**
     * Takes nothing of a list while nothing shows whose it is: looks for a device of this directory, and begins anew when there
     * is one. Without one an event may still show it.
     */
    private void prove(FeedRun run, Reading reading) {
        Reading looking = reading.phase() == Phase.DEVICES ? reading : reading.in(Phase.DEVICES);
        run.asks();
        Page page =
                onwards(api.devices(run.key(), looking.updatedSince(), looking.place(), run.limit()), looking.place());
        run.nameOwners(page);
        boolean isOurs = page.items().stream()
                .flatMap(item -> ListedItems.tree(item).stream())
                .anyMatch(device -> devices.find(run.tenantId(), ListedItems.entraIdOf(device))
                        .isPresent());
        if (isOurs || run.progress().isConfirmed()) {
            run.save(run.progress()
                    .with(looking.in(Phase.DEVICES))
                    .confirmed(true)
                    .in(null));
        } else if (page.size() > 0) {
            run.count(HELD, page.size());
            goOn(run, looking, page, Phase.DEVICES);
        } else {
            end(run, reading);
        }
    }

    private boolean devices(FeedRun run, Reading reading, ListedItems items) {
        run.asks();
        Page page =
                onwards(api.devices(run.key(), reading.updatedSince(), reading.place(), run.limit()), reading.place());
        run.take(events(run, page, device -> List.of(items.device(device))));
        run.count("listed_devices", page.size());
        goOn(run, reading, page, Phase.THREATS);
        return false;
    }

    private boolean threats(FeedRun run, Reading reading, ListedItems items) {
        run.asks();
        Page page = onwards(api.openThreats(run.key(), reading.place(), run.limit()), reading.place());
        run.take(events(
                run,
                page,
                threat -> items.openThreat(
                        threat, known(run.tenantId(), ListedItems.deviceOf(threat), ListedItems.guid(threat)))));
        run.count("listed_threats", page.size());
        if (page.size() > 0 || reading.reason() != Reason.FIRST) {
            goOn(run, reading, page, Phase.CLOSING);
            return false;
        }
        end(run, reading);
        return true;
    }

    private static List<String> events(FeedRun run, Page page, Function<JsonNode, List<String>> event) {
        List<String> events = new ArrayList<>();
        for (String item : page.items()) {
            run.checkpoint();
            Optional<JsonNode> tree = ListedItems.tree(item);
            if (tree.isEmpty()) {
                run.count("rejected_invalid", 1);
            }
            tree.ifPresent(node -> events.addAll(run.said(item, () -> event.apply(node))));
        }
        run.count("rejected_too_long", page.tooLong());
        return events;
    }

    /** Lists go from the newest to the oldest: one that comes back to where it was would never end. */
    private static Page onwards(Page page, @Nullable String before) {
        String last = page.last();
        boolean isOrdered = before != null && last != null && Silence.isOrdered(before) && Silence.isOrdered(last);
        if (isOrdered && last.compareToIgnoreCase(before) >= 0) {
            throw new UnreadablePageException("The list comes back to where it was");
        }
        return page;
    }

    /** A list ends with an empty page: a server may give fewer than it was asked for. */
    private static void goOn(FeedRun run, Reading reading, Page page, Phase next) {
        run.save(run.progress()
                .with(page.size() > 0 ? reading.at(page.last()) : reading.in(next))
                .at(run.progress().position().grown())
                .in(null));
    }

    /** Events go on from the time of the reading. */
    static void end(FeedRun run, Reading reading) {
        run.save(run.progress()
                .with((Reading) null)
                .at(new Position(null, reading.asOf(), true, RiskApi.MOST))
                .with(run.progress().rhythm().listening(reading.asOf()))
                .in(null));
    }

    private @Nullable Threat known(String tenantId, String vendorGuid, String threatGuid) {
        return ties.tie(tenantId, vendorGuid)
                .flatMap(tie -> Optional.ofNullable(tie.deviceId()))
                .flatMap(deviceId -> devices.find(tenantId, deviceId))
                .map(device -> device.threats().get(threatGuid))
                .orElse(null);
    }

    /**
     * Compares what is open here with all that is open there. Of threats whose device the feed does not list nothing is said:
     * they may be of another feed, and to close those would call a device safe that is not. They are counted.
     */
    private boolean closing(FeedRun run, Reading reading, ListedItems items, Instant until) {
        Set<UUID> open = all(run, after -> api.openThreats(run.key(), after, run.limit()));
        Set<UUID> listed = all(run, after -> api.devices(run.key(), null, after, run.limit()));
        String place = reading.place();
        do {
            DeviceStore.ExposedPage page = devices.exposed(run.tenantId(), EXPOSED_A_PAGE, place);
            List<String> closed = new ArrayList<>();
            for (DeviceStore.Exposed one : page.devices()) {
                run.checkpoint();
                Optional<Device> device = devices.find(run.tenantId(), one.deviceId());
                device.ifPresent(found -> found.threats().values().stream()
                        .filter(threat -> isGone(threat, reading.asOf(), open))
                        .forEach(threat -> {
                            String vendorGuid = String.valueOf(threat.vendorGuid());
                            if (listed.contains(UUID.fromString(vendorGuid))) {
                                closed.add(items.closed(threat, vendorGuid));
                            } else if (!RiskEvents.isDerived(vendorGuid)) {
                                run.count("left_open", 1);
                            }
                        }));
            }
            run.take(closed);
            run.count("closed", closed.size());
            place = page.next();
            run.save(run.progress().with(reading.at(place)));
        } while (place != null && clock.instant().isBefore(until));
        if (place != null) {
            return false;
        }
        end(run, reading);
        return true;
    }

    private static boolean isGone(Threat threat, Instant asOf, Set<UUID> open) {
        return threat.status() == Threat.Status.OPEN
                && threat.vendorGuid() != null
                && threat.eventAt().isBefore(asOf)
                && !open.contains(UUID.fromString(threat.guid()));
    }

    private static Set<UUID> all(FeedRun run, Function<@Nullable String, Page> list) {
        Set<UUID> guids = new HashSet<>();
        String after = null;
        int items = 0;
        do {
            run.asks();
            Page page = onwards(list.apply(after), after);
            items += page.size();
            for (String item : page.items()) {
                ListedItems.tree(item)
                        .map(ListedItems::guid)
                        .filter(guid -> !guid.isEmpty())
                        .ifPresent(guid -> guids.add(UUID.fromString(guid)));
            }
            if (page.tooLong() > 0 || items > MOST_COMPARED) {
                throw new UnreadablePageException("A list that is to be compared is not readable as a whole");
            }
            after = page.last();
        } while (after != null);
        return guids;
    }
}

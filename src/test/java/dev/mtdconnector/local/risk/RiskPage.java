package dev.mtdconnector.local.risk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The events of one answer or frame, with what the faults that are due make of them. */
final class RiskPage {

    private static final byte[] INVALID = {'"', (byte) 0xC3, (byte) 0x28, (byte) 0xFF, '"'};

    private final RiskFeed feed;
    private final RiskFaults faults;

    RiskPage(RiskFeed feed, RiskFaults faults) {
        this.feed = feed;
        this.faults = faults;
    }

    /** A JSON array, though perhaps with something in it that is no JSON. */
    byte[] array(List<RiskEvent> events) {
        List<byte[]> items = items(events);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write('[');
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            out.writeBytes(items.get(i));
        }
        out.write(']');
        return out.toByteArray();
    }

    private List<byte[]> items(List<RiskEvent> events) {
        List<byte[]> items =
                new ArrayList<>(events.stream().map(RiskEvent::json).toList());
        if (items.isEmpty()) {
            return items;
        }
        String id = events.get(0).id();
        if (faults.take(RiskFault.DUPLICATES)) {
            items.addAll(List.copyOf(items));
        }
        if (faults.take(RiskFault.REORDERED)) {
            Collections.reverse(items);
        }
        if (faults.take(RiskFault.FOREIGN_ENTERPRISE)) {
            items.add(0, Json.bytes(ghost(id, "foreign").put("enterprise_guid", RiskService.FOREIGN)));
        }
        if (faults.take(RiskFault.DATED_1970)) {
            items.add(0, Json.bytes(ghost(id, "1970").put("created_time", "1970-01-01T00:00:00.000+00:00")));
        }
        if (faults.take(RiskFault.DATED_2099)) {
            items.add(0, Json.bytes(ghost(id, "2099").put("created_time", "2099-12-31T23:59:59.999+00:00")));
        }
        if (faults.take(RiskFault.NOT_AN_OBJECT)) {
            items.add(0, "42".getBytes(StandardCharsets.UTF_8));
        }
        if (faults.take(RiskFault.INVALID_UTF8)) {
            items.add(INVALID);
        }
        return items;
    }

    /** A threat that the cloud does not hold, on a device that it does hold if there is any. */
    private ObjectNode ghost(String id, String what) {
        String device =
                feed.devices().stream().map(RiskDevice::guid).findFirst().orElse(RiskIds.named("device of nobody"));
        ObjectNode event = Json.object()
                .put("id", id.substring(0, 25) + RiskIds.named(id + what).substring(25))
                .put("enterprise_guid", feed.enterprise())
                .put("created_time", RiskJson.time(feed.now()))
                .put("type", "THREAT")
                .put("change_type", "CREATED");
        ObjectNode threat = event.putObject("threat")
                .put("guid", RiskIds.named("ghost " + id + what))
                .put("status", "OPEN")
                .put("severity", "HIGH")
                .put("type", "APPLICATION");
        threat.putArray("classifications").add("TROJAN");
        threat.putObject("details").put("package_name", "com.example.ghost");
        event.putObject("target").put("guid", device).put("type", "THREAT");
        event.putObject("actor").put("guid", device).put("type", "DEVICE");
        return event;
    }
}

package dev.mtdconnector.intune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.intune.IntunePublisher.DeviceReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reports as text, for messages that nobody but us reads: what is stored before it is sent is what is sent. */
final class ReportText {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ReportText() {}

    /** The same reports give the same text. */
    static String of(List<DeviceReport> reports) {
        List<Map<String, String>> lines = new ArrayList<>();
        for (DeviceReport report : reports) {
            Map<String, String> line = new TreeMap<>();
            line.put("device", report.deviceId());
            line.put("state", report.state().wireName());
            line.put("at", report.lastUpdateTime().toString());
            if (report.userId() != null) {
                line.put("user", report.userId());
            }
            lines.add(line);
        }
        try {
            return JSON.writeValueAsString(lines);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A list of texts could not be written", e);
        }
    }

    /** What {@link #of} wrote. */
    static List<DeviceReport> read(String text) {
        try {
            return JSON.readValue(text, new TypeReference<List<Map<String, String>>>() {}).stream()
                    .map(line -> new DeviceReport(
                            String.valueOf(line.get("device")),
                            line.get("user"),
                            ThreatState.ofWireName(String.valueOf(line.get("state"))),
                            Instant.parse(String.valueOf(line.get("at")))))
                    .toList();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A message that was stored is no list of reports", e);
        }
    }
}

package dev.mtdconnector.intune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A place that states are written to. Fails the test when a message comes back under its id with other content, when an
 * older state comes after a newer one, or when what it has comes again though nothing failed and nobody asked.
 */
final class FakePlace implements IntunePublisher {

    private final Map<UUID, String> contents = new LinkedHashMap<>();
    private final Map<UUID, UploadStatus> ends = new HashMap<>();
    private final Map<String, String> states = new HashMap<>();
    private final Map<String, Instant> times = new HashMap<>();
    private final Map<String, List<String>> history = new HashMap<>();
    private final Set<String> uncertain = new HashSet<>();
    final Set<String> refused = new HashSet<>();
    /** Each makes its whole message fail; what that says of the others is taken. */
    final Set<String> unknown = new HashSet<>();

    boolean isAgainAllowed;

    @Nullable
    UpstreamException failure;

    Progress end = Progress.COMPLETED;

    @Override
    public String content(String tenantId, List<DeviceReport> reports) {
        StringBuilder content = new StringBuilder();
        for (DeviceReport report : reports) {
            content.append(report.deviceId())
                    .append(' ')
                    .append(report.state().wireName())
                    .append(' ')
                    .append(report.lastUpdateTime())
                    .append('\n');
        }
        return content.toString();
    }

    @Override
    public void upload(String tenantId, UUID messageId, Instant uploadTime, String content, Runnable checkpoint) {
        if (failure != null) {
            throw failure;
        }
        String known = contents.putIfAbsent(messageId, content);
        if (known != null) {
            assertThat(content).isEqualTo(known);
            return;
        }
        Map<String, String> refusals = new HashMap<>();
        boolean isFailed = end == Progress.FAILED;
        for (String line : content.lines().toList()) {
            String[] parts = line.split(" ", -1);
            if (end == Progress.FAILED) {
                uncertain.add(parts[0]);
            } else if (unknown.contains(parts[0])) {
                isFailed = true;
            } else if (refused.contains(parts[0])) {
                refusals.put(parts[0], "DeviceNotFound");
                uncertain.add(parts[0]);
            } else {
                take(parts[0], parts[1], Instant.parse(parts[2]));
            }
        }
        if (isFailed) {
            content.lines().forEach(line -> uncertain.add(line.split(" ", -1)[0]));
        }
        Progress now = isFailed ? Progress.FAILED : end;
        ends.put(messageId, new UploadStatus(now, isFailed ? "InvalidEntity" : null, refusals));
    }

    private void take(String deviceId, String state, Instant time) {
        Instant before = times.put(deviceId, time);
        if (before != null) {
            assertThat(time).as("a newer state has a later time").isAfter(before);
        }
        boolean wasUncertain = uncertain.remove(deviceId);
        String held = states.put(deviceId, state);
        if (!isAgainAllowed && !wasUncertain) {
            assertThat(state).as("%s is told once", deviceId).isNotEqualTo(held);
        }
        history.computeIfAbsent(deviceId, missing -> new ArrayList<>()).add(state);
    }

    /** What was taken may come again: as if it had failed. */
    void forget(String deviceId) {
        uncertain.add(deviceId);
    }

    @Override
    public UploadStatus status(String tenantId, UUID messageId) {
        return ends.getOrDefault(messageId, new UploadStatus(Progress.UNKNOWN, null));
    }

    /** Completes what is in progress. */
    void finish() {
        ends.replaceAll((id, status) -> new UploadStatus(Progress.COMPLETED, null));
    }

    @Nullable
    String state(int device) {
        return states.get(PublishWorld.id(device));
    }

    List<String> history(int device) {
        return history.getOrDefault(PublishWorld.id(device), List.of());
    }

    int messages() {
        return contents.size();
    }

    List<UUID> messageIds() {
        return List.copyOf(contents.keySet());
    }

    /** How many states were taken. */
    int told() {
        return history.values().stream().mapToInt(List::size).sum();
    }

    Map<String, String> states() {
        return states;
    }
}

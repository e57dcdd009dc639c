package dev.mtdconnector.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.IntuneConnection;
import dev.mtdconnector.intune.IntunePublisher;
import dev.mtdconnector.intune.ReportedStates.PartnerConnector;
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
 * Intune as its partners see it, in memory. Fails the test when a message comes back under the same id with other
 * content, when an older state would come after a newer one, or when a state is told twice in a row without a failed
 * message in between.
 */
public final class FakeIntune implements IntuneConnection, IntunePublisher {

    /** What is held of one device. */
    public record Held(String state, Instant lastUpdateTime, UUID messageId) {}

    /** By which Graph lists our connector. */
    public static final String CONNECTOR_ID = "c81f1b4c-2a51-4f0e-9a3d-6d7f0d6f2e55";

    private final Map<UUID, String> contents = new LinkedHashMap<>();
    private final Map<UUID, UploadStatus> statuses = new LinkedHashMap<>();
    private final Map<String, Held> devices = new LinkedHashMap<>();
    private final Map<String, List<String>> history = new LinkedHashMap<>();
    private final List<Instant> beats = new ArrayList<>();
    private final Set<String> uncertain = new HashSet<>();
    private final List<MessageError> toReport = new ArrayList<>();
    private final Map<String, Boolean> switches = new LinkedHashMap<>(Map.of("androidEnabled", true));
    private int provisions;
    private int deprovisions;
    private boolean provisioned;
    private UploadStatus next = new UploadStatus(Progress.COMPLETED, null);
    private @Nullable UpstreamException failure;
    private @Nullable UpstreamException shownFailure;
    private @Nullable Instant acknowledged;
    private String state = "enabled";
    private int threshold = 7;
    private boolean isBlind;
    private boolean isStrict;

    /** What Intune's administrator switched on for the connector, by Graph's names. */
    public synchronized Map<String, Boolean> switches() {
        return Map.copyOf(switches);
    }

    public synchronized void switchTo(String name, boolean isOn) {
        switches.put(name, isOn);
    }

    @Override
    public synchronized void provision(String tenantId) {
        failIfAsked();
        provisions++;
        provisioned = true;
    }

    @Override
    public synchronized void deprovision(String tenantId) {
        failIfAsked();
        deprovisions++;
        provisioned = false;
    }

    @Override
    public synchronized HeartbeatAnswer heartbeat(String tenantId, Instant now) {
        failIfAsked();
        if (isStrict && !provisioned) {
            throw new UpstreamException(
                    UpstreamException.Service.INTUNE, UpstreamException.Kind.REFUSED, "TenantNotProvisioned");
        }
        assertThat(provisioned)
                .as("the tenant is announced before the first beat")
                .isTrue();
        beats.add(now);
        List<MessageError> errors = List.copyOf(toReport);
        toReport.clear();
        return new HeartbeatAnswer(acknowledged == null ? now : acknowledged, null, errors);
    }

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
    public synchronized void upload(
            String tenantId, UUID messageId, Instant uploadTime, String content, Runnable checkpoint) {
        checkpoint.run();
        failIfAsked();
        assertThat(beats).as("no message before the first beat").isNotEmpty();
        String known = contents.putIfAbsent(messageId, content);
        if (known != null) {
            assertThat(content).as("the same message under the same id").isEqualTo(known);
            statuses.putIfAbsent(messageId, next);
            return;
        }
        statuses.put(messageId, next);
        if (next.progress() == Progress.COMPLETED) {
            take(messageId);
        } else if (next.progress() == Progress.FAILED) {
            refuse(messageId);
        }
    }

    @Override
    public synchronized UploadStatus status(String tenantId, UUID messageId) {
        failIfAsked();
        return statuses.getOrDefault(messageId, new UploadStatus(Progress.UNKNOWN, null));
    }

    /** What becomes of messages that come from now on. */
    public synchronized void answerWith(Progress progress) {
        next = new UploadStatus(progress, progress == Progress.FAILED ? "InvalidEntity" : null);
    }

    /** Says with the next beat that a message failed after all; what it told may have been lost. */
    public synchronized void failAfterAll(UUID messageId, String detail) {
        refuse(messageId);
        toReport.add(new MessageError(messageId.toString(), detail));
    }

    /** Brings all messages that are in progress to this end. */
    public synchronized void finishAll(Progress progress) {
        statuses.replaceAll((id, status) -> {
            if (status.progress() != Progress.IN_PROGRESS) {
                return status;
            }
            if (progress == Progress.COMPLETED) {
                take(id);
            } else {
                refuse(id);
            }
            return new UploadStatus(progress, null);
        });
    }

    /** Forgets that messages came, as if they had been lost there. */
    public synchronized void loseStatuses() {
        statuses.clear();
    }

    /** What Graph lists: our connector, beside somebody else's. */
    synchronized List<PartnerConnector> shown() {
        if (shownFailure != null) {
            throw shownFailure;
        }
        PartnerConnector other =
                new PartnerConnector("fc780465-2017-40d4-a0c5-307022471b92", "error", null, 1, Map.of());
        Instant last = beats.isEmpty() || isBlind ? null : beats.get(beats.size() - 1);
        PartnerConnector ours = new PartnerConnector(CONNECTOR_ID, state, last, threshold, shownSwitches());
        return state.isEmpty() ? List.of(other) : List.of(other, ours);
    }

    private Map<String, Boolean> shownSwitches() {
        Map<String, Boolean> shown = new HashMap<>(switches);
        shown.putIfAbsent("androidEnabled", true);
        return shown;
    }

    /** Graph shows this state from now on; empty: it does not list the connector. */
    public synchronized void show(String newState) {
        state = newState;
    }

    /** Beats are taken and acknowledged, and not put down. */
    public synchronized void showNoBeats() {
        isBlind = true;
    }

    public synchronized void unresponsiveAfter(int days) {
        threshold = days;
    }

    /** Graph cannot say what Intune shows, until null. */
    public synchronized void failShowing(@Nullable UpstreamException e) {
        shownFailure = e;
    }

    /** Beats are acknowledged with this time; null: with their own. */
    public synchronized void acknowledge(@Nullable Instant at) {
        acknowledged = at;
    }

    /** Somebody removes the connector at Intune: no beat is taken before it is announced again. */
    public synchronized void remove() {
        provisioned = false;
        isStrict = true;
    }

    /** Every call fails with this, until null. */
    public synchronized void failWith(@Nullable UpstreamException e) {
        failure = e;
    }

    public synchronized @Nullable Held held(String deviceId) {
        return devices.get(deviceId);
    }

    /** The states that were taken of a device, in order. */
    public synchronized List<String> history(String deviceId) {
        return List.copyOf(history.getOrDefault(deviceId, List.of()));
    }

    public synchronized List<String> contents() {
        return List.copyOf(contents.values());
    }

    public synchronized List<Instant> beats() {
        return List.copyOf(beats);
    }

    public synchronized int provisions() {
        return provisions;
    }

    public synchronized int deprovisions() {
        return deprovisions;
    }

    public synchronized boolean isProvisioned() {
        return provisioned;
    }

    /** The next state of this device may be the one that it has. */
    public void expectAgain(String deviceId) {
        uncertain.add(deviceId);
    }

    private void refuse(UUID messageId) {
        for (String line : String.valueOf(contents.get(messageId)).lines().toList()) {
            uncertain.add(line.split(" ", -1)[0]);
        }
    }

    private void take(UUID messageId) {
        for (String line : String.valueOf(contents.get(messageId)).lines().toList()) {
            String[] parts = line.split(" ", -1);
            Instant time = Instant.parse(parts[2]);
            Held before = devices.get(parts[0]);
            if (before != null) {
                assertThat(time).as("a newer state has a later time").isAfter(before.lastUpdateTime());
                if (!uncertain.contains(parts[0])) {
                    assertThat(parts[1]).as("a state is told once").isNotEqualTo(before.state());
                }
            }
            uncertain.remove(parts[0]);
            devices.put(parts[0], new Held(parts[1], time, messageId));
            history.computeIfAbsent(parts[0], missing -> new ArrayList<>()).add(parts[1]);
        }
    }

    private void failIfAsked() {
        if (failure != null) {
            throw failure;
        }
    }
}

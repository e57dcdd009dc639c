package dev.mtdconnector.intune;

import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.device.TraceEntry.Kind;
import dev.mtdconnector.intune.Outbox.Message;
import dev.mtdconnector.threat.Policy;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The lines that publishing writes into the traces of devices: what was done, and why the device has its state. */
final class Lines {

    private static final int LONGEST_DETAIL = 300;

    private final Policy policy;
    private final Instant now;

    Lines(Policy policy, Instant now) {
        this.policy = policy;
        this.now = now;
    }

    TraceEntry published(Device device, Verdict verdict, Message message) {
        return line(
                Kind.PUBLISHED,
                device,
                verdict.state(),
                "from",
                name(device.told().known()),
                "target",
                message.target().text(),
                "messageId",
                message.id().toString(),
                "what",
                switch (verdict.kind()) {
                    case TELL_AGAIN -> "again";
                    case WITHDRAW -> "withdrawn";
                    default -> null;
                });
    }

    TraceEntry observed(Device device, ThreatState state) {
        return line(Kind.OBSERVED, device, state, "from", name(device.told().known()));
    }

    TraceEntry waiting(Device device, ThreatState state, Instant until) {
        return line(
                Kind.HELD,
                device,
                state,
                "from",
                name(device.told().known()),
                "what",
                "grace",
                "until",
                until.toString());
    }

    TraceEntry held(Device device, ThreatState state, int set) {
        return line(
                Kind.HELD,
                device,
                state,
                "from",
                name(device.told().known()),
                "what",
                "breaker",
                "set",
                Integer.toString(set));
    }

    /** Where it was told cannot be reached, so that it is not taken back there. */
    TraceEntry stranded(PublishTarget target) {
        return TraceEntry.of(now, Kind.HELD, "what", "former-target", "target", target.text());
    }

    /** What stands at a former target stays there. */
    static TraceEntry forgotten(PublishTarget target, Instant at) {
        return TraceEntry.of(at, Kind.HELD, "what", "former-target-forgotten", "target", target.text());
    }

    /** What was kept back need not be told any more. */
    TraceEntry settled() {
        return TraceEntry.of(now, Kind.HELD, "what", "over");
    }

    static TraceEntry confirmed(Device device, Message message, Instant at) {
        return TraceEntry.of(
                at,
                Kind.CONFIRMED,
                "state",
                name(device.told().state()),
                "target",
                message.target().text(),
                "messageId",
                message.id().toString());
    }

    /**
     * @param again when it is tried again; null when it is given up
     */
    static TraceEntry refused(
            Device device, PublishTarget target, String messageId, String reason, @Nullable Instant again, Instant at) {
        return TraceEntry.of(
                at,
                Kind.REFUSED,
                "state",
                name(device.told().state()),
                "target",
                target.text(),
                "messageId",
                messageId,
                "reason",
                cut(reason),
                "againAt",
                again == null ? null : again.toString(),
                "what",
                again == null ? "given-up" : null);
    }

    /** It was refused, for the directory has no such device any more. */
    static TraceEntry deleted(Device device, PublishTarget target, String messageId, String reason, Instant at) {
        return TraceEntry.of(
                at,
                Kind.REFUSED,
                "state",
                name(device.told().state()),
                "target",
                target.text(),
                "messageId",
                messageId,
                "reason",
                cut(reason),
                "what",
                "device-deleted");
    }

    /** A text from outside as a detail: one line, and cut. */
    static String cut(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\p{Cs}]+", " ").strip();
        return line.length() > LONGEST_DETAIL ? line.substring(0, LONGEST_DETAIL) : line;
    }

    private TraceEntry line(Kind kind, Device device, @Nullable ThreatState state, @Nullable String... more) {
        Map<String, String> details =
                new TreeMap<>(TraceEntry.of(now, kind, more).details());
        if (state != null) {
            details.put("state", state.wireName());
            if (state.isRisk()) {
                details.putAll(StateToTell.reason(device, policy));
            }
        }
        return new TraceEntry(now, kind, details);
    }

    private static @Nullable String name(@Nullable ThreatState state) {
        return state == null ? null : state.wireName();
    }
}

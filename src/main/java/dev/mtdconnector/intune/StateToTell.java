package dev.mtdconnector.intune;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.threat.Policy;
import java.util.Map;
import java.util.Optional;

/** What Intune must be told of a device: pure, from the device, the policy and the two state-sync switches. */
public final class StateToTell {

    private StateToTell() {}

    /**
     * The state to tell, or empty when nothing is to be told: of a pending device, and of one whose state is of the
     * kind that is switched off. Of the threats of a disconnected device nothing is told. Of a device that is out of
     * scope, or pending again under another user, Intune is told that it is deactivated, while it may still hold
     * something else of it.
     */
    public static Optional<ThreatState> of(Device device, Policy policy, Connector connector) {
        Optional<ThreatState> deviceStatus = switch (device.activation()) {
            case PENDING -> takenBack(device);
            case ACTIVATED -> Optional.of(device.isDisconnected() ? ThreatState.UNRESPONSIVE : ThreatState.ACTIVATED);
            case DEACTIVATED -> Optional.of(ThreatState.DEACTIVATED);
        };
        if (!device.isInScope()) {
            return connector.deviceStatus() ? takenBack(device) : Optional.empty();
        }
        if (device.hasSecurity(policy) && connector.threatStatus()) {
            return Optional.of(
                    switch (device.level(policy)) {
                        case NONE -> ThreatState.SECURED;
                        case LOW -> ThreatState.LOW;
                        case MEDIUM -> ThreatState.MEDIUM;
                        case HIGH -> ThreatState.HIGH;
                    });
        }
        return connector.deviceStatus() ? deviceStatus : Optional.empty();
    }

    /** Why the device has its level: the threat that decides, by the names of its trace; empty when none is open. */
    static Map<String, String> reason(Device device, Policy policy) {
        return policy.decisive(device.threats().values()).stream()
                .findFirst()
                .map(reason -> Map.of(
                        "threat", reason.threatGuid(),
                        "classification", reason.classification().name(),
                        "level", reason.level().label(),
                        "rule", reason.rule().label(),
                        "policyVersion", Integer.toString(policy.version())))
                .orElse(Map.of());
    }

    private static Optional<ThreatState> takenBack(Device device) {
        return device.told().isStanding() ? Optional.of(ThreatState.DEACTIVATED) : Optional.empty();
    }
}

package dev.mtdconnector.intune;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.threat.Policy;
import java.util.Optional;

/** What Intune must be told of a device: pure, from the device, the policy and the two state-sync switches. */
public final class StateToTell {

    private StateToTell() {}

    /**
     * The state to tell, or empty when nothing is to be told: of a pending device, and of one whose state is of the
     * kind that is switched off. Of the threats of a disconnected device nothing is told. Of a device that is out of scope, or pending again under another user, Intune is told
     * that it is deactivated, if it was ever told of it.
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

    private static Optional<ThreatState> takenBack(Device device) {
        return device.told().orderedAt() == null ? Optional.empty() : Optional.of(ThreatState.DEACTIVATED);
    }
}

package dev.mtdconnector.local.contoso;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What Graph and the control API show of the simulated Intune. */
public interface IntuneView {

    /** An Intune to which no partner ever spoke. */
    IntuneView SILENT = new IntuneView() {
        @Override
        public Connector connector() {
            return new Connector(null, "unavailable", false, null, 7);
        }

        @Override
        public DeviceState device(String deviceId) {
            return DeviceState.UNKNOWN;
        }
    };

    Connector connector();

    /** The state of a device by its Entra device id; {@link DeviceState#UNKNOWN} for one that nobody reported. */
    DeviceState device(String deviceId);

    /**
     * The partner's connector.
     *
     * @param id Microsoft's id of the partner; null before the partner was provisioned
     * @param state in the words of {@code mobileThreatPartnerTenantState}
     * @param unresponsiveAfterDays without a heartbeat
     */
    record Connector(
            @Nullable String id,
            String state,
            boolean provisioned,
            @Nullable Instant lastHeartbeat,
            int unresponsiveAfterDays) {}

    /**
     * A device's state.
     *
     * @param threatState in the words of {@code managedDevicePartnerReportedHealthState}
     * @param compliance in the words of {@code complianceState}
     */
    record DeviceState(String threatState, String compliance) {
        public static final DeviceState UNKNOWN = new DeviceState("unknown", "unknown");
    }
}

package dev.mtdconnector.local.intune;

import dev.mtdconnector.local.contoso.IntuneView;
import dev.mtdconnector.local.contoso.WellKnown;

/** What Graph and the control API show of Intune in the tenant Contoso. */
public final class ContosoIntune implements IntuneView {

    /** The partner's connector id. Microsoft assigns these; this one is invented. */
    public static final String PARTNER_ID = "c81f1b4c-2a51-4f0e-9a3d-6d7f0d6f2e55";

    private final SimulatedIntune intune;

    public ContosoIntune(SimulatedIntune intune) {
        this.intune = intune;
    }

    @Override
    public Connector connector() {
        SimulatedIntune.Connector connector = intune.connector(WellKnown.TENANT);
        return new Connector(
                connector.known() ? PARTNER_ID : null,
                connector.stateName(),
                connector.provisioned(),
                connector.lastHeartbeat(),
                connector.unresponsiveAfterDays());
    }

    @Override
    public DeviceState device(String deviceId) {
        return intune.device(WellKnown.TENANT, deviceId)
                .map(device -> new DeviceState(
                        device.threatState().wireName(), device.compliance().wireName()))
                .orElse(DeviceState.UNKNOWN);
    }
}

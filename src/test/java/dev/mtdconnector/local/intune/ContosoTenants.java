package dev.mtdconnector.local.intune;

import dev.mtdconnector.local.contoso.Contoso;
import dev.mtdconnector.local.contoso.IntuneSettings;
import dev.mtdconnector.local.contoso.WellKnown;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Contoso as Intune's one tenant; any other has no devices and nothing switched on. */
public final class ContosoTenants implements IntuneTenants {

    private final Contoso contoso;

    public ContosoTenants(Contoso contoso) {
        this.contoso = contoso;
    }

    @Override
    public Optional<DirectoryDevice> device(String tenantId, String deviceId) {
        return tenantId.equals(WellKnown.TENANT)
                ? contoso.deviceByDeviceId(deviceId)
                        .map(device -> new DirectoryDevice(device.operatingSystem(), device.managed()))
                : Optional.empty();
    }

    @Override
    public AdminSettings settings(String tenantId) {
        if (!tenantId.equals(WellKnown.TENANT)) {
            return AdminSettings.NONE;
        }
        IntuneSettings settings = contoso.intune();
        Set<Platform> connected = EnumSet.noneOf(Platform.class);
        if (settings.iosEnabled()) {
            connected.add(Platform.IOS);
        }
        if (settings.androidEnabled()) {
            connected.add(Platform.ANDROID);
        }
        String level = settings.ruleLevel();
        return new AdminSettings(
                connected, level == null ? null : RuleLevel.ofLabel(level).orElseThrow());
    }
}

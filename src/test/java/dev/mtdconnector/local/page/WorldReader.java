package dev.mtdconnector.local.page;

import dev.mtdconnector.local.contoso.AppRegistration;
import dev.mtdconnector.local.contoso.AppRole;
import dev.mtdconnector.local.contoso.AppRoleAssignment;
import dev.mtdconnector.local.contoso.Contoso;
import dev.mtdconnector.local.contoso.Device;
import dev.mtdconnector.local.contoso.Group;
import dev.mtdconnector.local.contoso.ServicePrincipal;
import dev.mtdconnector.local.contoso.User;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.intune.SimulatedIntune;
import dev.mtdconnector.local.intune.SimulatedIntune.DeviceStatus;
import dev.mtdconnector.local.intune.SimulatedIntune.ReceivedMessage;
import dev.mtdconnector.local.mail.MailCatcher;
import dev.mtdconnector.local.risk.RiskDevice;
import dev.mtdconnector.local.risk.RiskFeed;
import dev.mtdconnector.local.risk.RiskThreat;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads from Contoso, Intune, the vendor and the mail catcher what the page shows. Bounded, however large Contoso is. */
final class WorldReader {

    static final int DEVICES = 200;
    private static final int GROUPS = 20;
    private static final int MEMBERS = 8;
    private static final int MESSAGES = 20;
    private static final int THREATS = 20;

    private final Contoso contoso;
    private final SimulatedIntune intune;
    private final MailCatcher mails;
    private final RiskFeed risk;
    private final Clock clock;

    WorldReader(Contoso contoso, SimulatedIntune intune, MailCatcher mails, RiskFeed risk, Clock clock) {
        this.contoso = contoso;
        this.intune = intune;
        this.mails = mails;
        this.risk = risk;
        this.clock = clock;
    }

    World read() {
        List<Device> devices = contoso.devices();
        List<Group> groups = contoso.groups();
        List<ReceivedMessage> messages = intune.messages(WellKnown.TENANT);
        return new World(
                "Contoso",
                WellKnown.TENANT,
                clock.instant(),
                intune.connector(WellKnown.TENANT),
                rows(devices),
                devices.size(),
                contoso.registrations().stream().map(this::row).toList(),
                groups.stream().limit(GROUPS).map(this::row).toList(),
                groups.size(),
                messages.stream().limit(MESSAGES).toList(),
                messages.size(),
                mails.mails().size(),
                vendor());
    }

    private World.Vendor vendor() {
        List<RiskDevice> devices = risk.devices();
        List<RiskThreat> open =
                risk.threats().stream().filter(RiskThreat::isOpen).toList();
        return new World.Vendor(
                devices.size(),
                (int) devices.stream().filter(RiskDevice::isProtected).count(),
                risk.eventCount(),
                open.stream().limit(THREATS).toList(),
                open.size());
    }

    /** Devices with a report first, the latest change on top. */
    private List<World.DeviceRow> rows(List<Device> devices) {
        Set<String> reported = intune.reportedDevices(WellKnown.TENANT);
        List<World.DeviceRow> withReport = new ArrayList<>();
        List<Device> without = new ArrayList<>();
        for (Device device : devices) {
            if (reported.contains(device.deviceId())) {
                row(device).ifPresent(withReport::add);
            } else if (without.size() < DEVICES) {
                without.add(device);
            }
        }
        withReport.sort(Comparator.comparing(WorldReader::since).reversed());
        for (Device device : without) {
            if (withReport.size() >= DEVICES) {
                break;
            }
            row(device).ifPresent(withReport::add);
        }
        return withReport.stream().limit(DEVICES).toList();
    }

    private static Instant since(World.DeviceRow row) {
        Instant since = row.status().since();
        return since == null ? Instant.MIN : since;
    }

    /** Empty when the device was deleted since the list was read. */
    private Optional<World.DeviceRow> row(Device device) {
        Optional<DeviceStatus> status = intune.device(WellKnown.TENANT, device.deviceId());
        return status.map(known -> new World.DeviceRow(
                device.displayName(),
                contoso.owner(device).map(User::displayName).orElse(""),
                device.operatingSystem() + " " + device.operatingSystemVersion(),
                known));
    }

    private World.RegistrationRow row(AppRegistration registration) {
        Optional<ServicePrincipal> principal = contoso.principalOf(registration.clientId());
        List<String> granted = principal.stream()
                .flatMap(one -> one.assignments().stream())
                .map(AppRoleAssignment::role)
                .map(AppRole::value)
                .sorted()
                .toList();
        List<String> missing = registration.declared().stream()
                .map(AppRole::value)
                .filter(role -> !granted.contains(role))
                .sorted()
                .toList();
        return new World.RegistrationRow(
                registration.displayName(), registration.clientId(), principal.isPresent(), granted, missing);
    }

    private World.GroupRow row(Group group) {
        List<String> members = contoso.members(group.id());
        return new World.GroupRow(
                group.displayName(),
                group.id(),
                members.stream().limit(MEMBERS).map(this::name).toList(),
                members.size());
    }

    private String name(String memberId) {
        return contoso.user(memberId)
                .map(User::displayName)
                .or(() -> contoso.group(memberId).map(group -> group.displayName() + " (group)"))
                .or(() -> contoso.device(memberId).map(Device::displayName))
                .orElse(memberId);
    }
}

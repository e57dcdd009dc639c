package dev.mtdconnector.enrollment;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.device.Ownership;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Asks the directory for the owners of a single device, by the rules of a sync: a device stays with its known user as long as
 * that is an owner, and of several others in scope the one with the lowest id counts. Nothing leaves by it: a device that
 * nobody in scope owns any more is left to the sync and its safety cap.
 */
public final class OwnerCheck implements Ownership {

    private final DirectoryChanges changes;
    private final EnrollmentLedger ledger;
    private final DeviceRegister register;

    public OwnerCheck(DirectoryChanges changes, EnrollmentLedger ledger, DeviceRegister register) {
        this.changes = changes;
        this.ledger = ledger;
        this.register = register;
    }

    @Override
    public Device settled(String tenantId, Device device) {
        DirectoryFacts known = device.facts();
        List<OwnedDevice> owners = new ArrayList<>();
        changes.open(tenantId, DirectoryChanges.Meter.NONE).ownersOf(List.of(known.objectId()), owners::add);
        owners.removeIf(owned -> !owned.deviceId().equals(known.deviceId()));
        if (owners.stream().anyMatch(owned -> owned.userId().equals(known.userId()))) {
            return device;
        }
        return owners.stream()
                .filter(owned -> isInScope(tenantId, owned.userId()))
                .min(Comparator.comparing(OwnedDevice::userId))
                .flatMap(owned -> register.handOver(tenantId, of(owned, known)))
                .orElse(device);
    }

    private static DirectoryFacts of(OwnedDevice owned, DirectoryFacts known) {
        return new DirectoryFacts(
                known.deviceId(),
                known.objectId(),
                known.displayName(),
                known.platform(),
                known.osVersion(),
                known.model(),
                known.managed(),
                owned.userId(),
                owned.userPrincipalName());
    }

    private boolean isInScope(String tenantId, String userId) {
        Optional<EnrollmentLedger.Snapshot> now = ledger.read(tenantId);
        if (now.isEmpty()) {
            return false;
        }
        UUID id = UUID.fromString(userId);
        int bits = now.get().state().bits();
        UserBlock block = ledger.block(tenantId, bits, Mentions.bucket(id.getMostSignificantBits(), bits));
        int index = block.indexOf(id.getMostSignificantBits(), id.getLeastSignificantBits());
        return index >= 0 && !block.groups(index).isEmpty();
    }
}

package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.GraphCall.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Delta queries of devices: all of the tenant's, and no owner ever. */
final class DeviceRound implements DeltaRound {

    private final Contoso contoso;
    private final GraphItems items;

    DeviceRound(Contoso contoso, GraphItems items) {
        this.contoso = contoso;
        this.items = items;
    }

    @Override
    public ChangeLog log() {
        return contoso.deviceLog();
    }

    @Override
    public Page everything(Asked asked) {
        DeltaToken token = asked.token();
        Set<String> ids = Set.copyOf(token.ids());
        int from = (int) Math.max(0, token.place() - asked.oddities().repeated());
        Slice<Device> devices =
                contoso.devices(from, asked.size(), device -> ids.isEmpty() || ids.contains(device.id()));
        List<ObjectNode> objects = devices.map(device -> whole(device, asked)).items();
        return new Page(
                asked.oddities().ordered(objects),
                devices.last() ? token.end(token.origin(), asked.now()) : token.at(devices.next(), 0, asked.now()));
    }

    @Override
    public Page changes(Asked asked) {
        DeltaToken token = asked.token();
        Set<String> ids = Set.copyOf(token.ids());
        ChangeLog log = log();
        List<ObjectNode> objects = new ArrayList<>();
        for (long number = token.place() + 1; number <= log.last(); number++) {
            ChangeLog.Change change = log.at(number);
            if (change == null || !(ids.isEmpty() || ids.contains(change.object()))) {
                continue;
            }
            Optional<ObjectNode> object = object(change, asked);
            if (object.isEmpty()) {
                continue;
            }
            if (objects.size() == asked.size()) {
                return new Page(asked.oddities().ordered(objects), token.at(number - 1, 0, asked.now()));
            }
            objects.add(object.get());
        }
        return new Page(asked.oddities().ordered(objects), token.end(log.last(), asked.now()));
    }

    private Optional<ObjectNode> object(ChangeLog.Change change, Asked asked) {
        if (change.removed() != null) {
            return Optional.of(DeltaRound.removed(change.object(), change.removed()));
        }
        Set<String> changed = change.changedSince(asked.token().origin());
        List<String> select = asked.token().select();
        boolean tracked = select.isEmpty()
                || changed.contains(ChangeLog.ALL)
                || select.stream().anyMatch(changed::contains)
                || !asked.call().on(Rule.DELTA_SELECT_TRACKED);
        if (!tracked) {
            return Optional.empty();
        }
        return contoso.device(change.object()).map(device -> {
            ObjectNode whole = whole(device, asked);
            if (asked.minimal() && !changed.contains(ChangeLog.ALL)) {
                changed.add("id");
                whole.retain(changed);
            }
            return whole;
        });
    }

    private ObjectNode whole(Device device, Asked asked) {
        List<String> select = asked.token().select();
        Item item = items.of(device);
        ObjectNode object = GraphEntities.project("device", item.node().write(select.isEmpty()), select, true);
        object.put("id", device.id());
        return DeltaRound.set(object, asked.call());
    }
}

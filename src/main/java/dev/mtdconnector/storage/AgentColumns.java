package dev.mtdconnector.storage;

import dev.mtdconnector.device.ConfigurationFlag;
import dev.mtdconnector.device.Device;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an agent said, as columns of its device's row. */
final class AgentColumns {

    private AgentColumns() {}

    static Device.Agent agent(Row row) {
        return new Device.Agent(
                row.text("agentVersion"),
                row.text("agentOsVersion"),
                row.text("agentPatchLevel"),
                flags(row.text("agentFlags")),
                row.instant("lastCheckInAt"),
                row.instant("disconnectedAt"),
                row.text("parentDeviceId"),
                row.instant("ownerAskedAt"));
    }

    /** All flags in one text, as {@code deviceLock=true vpn=false}; null when there are none. */
    static @Nullable String flags(Map<ConfigurationFlag, Boolean> flags) {
        return flags.isEmpty()
                ? null
                : flags.entrySet().stream()
                        .map(flag -> flag.getKey().label() + "=" + flag.getValue())
                        .collect(Collectors.joining(" "));
    }

    /** A flag that a later version has written and this one does not know is passed over. */
    private static Map<ConfigurationFlag, Boolean> flags(@Nullable String text) {
        Map<ConfigurationFlag, Boolean> flags = new EnumMap<>(ConfigurationFlag.class);
        for (String one : text == null ? new String[0] : text.split(" ", -1)) {
            String[] parts = one.split("=", 2);
            ConfigurationFlag.ofLabel(parts[0]).ifPresent(flag -> flags.put(flag, Boolean.valueOf(parts[1])));
        }
        return flags;
    }
}

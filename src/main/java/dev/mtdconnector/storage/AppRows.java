package dev.mtdconnector.storage;

import dev.mtdconnector.device.AppRegistration;
import dev.mtdconnector.device.Platform;
import java.util.List;

/**
 * Registrations of apps as rows, beside the devices, in the order of their users.
 *
 * <p>Key: {@code a|<user>|<device tag>|<id>}.
 */
final class AppRows {

    private AppRows() {}

    static Table.Range all(String partition) {
        return Table.Range.prefix(partition, Keys.prefix("a"));
    }

    static Table.Range of(String partition, String userId) {
        return Table.Range.prefix(partition, Keys.prefix("a", userId));
    }

    static Row row(String partition, AppRegistration app) {
        Platform platform = app.platform();
        return Row.of(
                partition,
                Keys.join("a", app.userId(), app.deviceTag(), app.id()),
                Columns.ofRow()
                        .text("platform", platform == null ? null : platform.name())
                        .text("deviceName", app.deviceName())
                        .text("deviceType", app.deviceType())
                        .text("platformVersion", app.platformVersion())
                        .text("app", app.app())
                        .instant("lastSyncAt", app.lastSyncAt())
                        .map());
    }

    static AppRegistration app(Row row) {
        List<String> key = Keys.split(row.key());
        String platform = row.text("platform");
        return new AppRegistration(
                key.get(1),
                key.get(2),
                key.get(3),
                platform == null ? null : Platform.valueOf(platform),
                row.text("deviceName"),
                row.text("deviceType"),
                row.text("platformVersion"),
                row.text("app"),
                row.instant("lastSyncAt"));
    }
}

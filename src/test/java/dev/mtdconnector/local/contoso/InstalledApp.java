package dev.mtdconnector.local.contoso;

import org.jspecify.annotations.Nullable;

/**
 * An app on a device.
 *
 * @param managed whether Intune put it there
 */
record InstalledApp(String name, @Nullable String publisher, String version, boolean managed) {}

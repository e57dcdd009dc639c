package dev.mtdconnector.apps;

/** Whether app sync may read a tenant's inventory. */
public interface AppSyncSwitch {

    /** Whether the tenant granted what reading needs, as far as is known; asks nobody. */
    boolean isPermitted(String tenantId);

    /**
     * What Intune's administrator allows our connector, read now. {@link Allowed#NOTHING} when Intune does not list our connector. May
     * throw {@link dev.mtdconnector.common.UpstreamException}.
     */
    Allowed allowed(String tenantId);

    /**
     * @param apps {@code allowPartnerToCollectIOSApplicationMetadata}
     * @param personalApps {@code allowPartnerToCollectIOSPersonalApplicationMetadata}: for personal devices too
     */
    record Allowed(boolean apps, boolean personalApps) {
        public static final Allowed NOTHING = new Allowed(false, false);
    }
}

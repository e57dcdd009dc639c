package dev.mtdconnector.apps;

/** Counts while a run goes on. */
final class Tally {

    int read;
    int matched;
    int installations;
    int onDevices;
    int personal;
    int notEnrolled;
    int found;
    int ended;
    int unread;

    Tally(AppSyncRun.Counts from) {
        this.read = from.read();
        this.matched = from.matched();
        this.installations = from.installations();
        this.onDevices = from.onDevices();
        this.personal = from.personal();
        this.notEnrolled = from.notEnrolled();
        this.found = from.found();
        this.ended = from.ended();
        this.unread = from.unread();
    }

    AppSyncRun.Counts counts() {
        return new AppSyncRun.Counts(
                read, matched, installations, onDevices, personal, notEnrolled, found, ended, unread);
    }
}

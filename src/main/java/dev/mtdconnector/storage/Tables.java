package dev.mtdconnector.storage;

/** The tables of the product's storage account. */
@FunctionalInterface
public interface Tables {

    /**
     * The table of this name (3 to 63 letters and digits), which is created when it is first used and missing.
     */
    Table table(String name);
}

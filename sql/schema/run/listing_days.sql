-- The days of one listing. They are apart from what else it says because an age ("30+ days ago") means another day every night.
CREATE TABLE listing_days (
    feed            VARCHAR NOT NULL,
    file            VARCHAR NOT NULL,
    position        BIGINT  NOT NULL,
    listing_key     VARCHAR NOT NULL,
    posted_on       DATE,
    posted_raw      VARCHAR,
    posted_relative BOOLEAN NOT NULL,
    valid_through   DATE,
    day_flags       VARCHAR[] NOT NULL,
    PRIMARY KEY (feed, file, position)
);
COMMENT ON TABLE listing_days IS 'When each listing was posted and when it closes, one row a raw listing';
COMMENT ON COLUMN listing_days.feed IS 'Name of the feed';
COMMENT ON COLUMN listing_days.file IS 'File of the feed, relative to the feed''s path';
COMMENT ON COLUMN listing_days.position IS 'Line or record number in the file, from 1';
COMMENT ON COLUMN listing_days.listing_key IS 'Key of what else the listing says, in normalised';
COMMENT ON COLUMN listing_days.posted_on IS 'Day the ad was posted; an age is resolved against the crawl, else the run date';
COMMENT ON COLUMN listing_days.posted_raw IS 'Posting date as delivered';
COMMENT ON COLUMN listing_days.posted_relative IS 'posted_on was resolved from an age such as "30+ days ago"';
COMMENT ON COLUMN listing_days.valid_through IS 'Last day of the ad; it is closed after it';
COMMENT ON COLUMN listing_days.day_flags IS 'What is odd about these days';
